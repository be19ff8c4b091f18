"""Children of ours: started under a keeper that ends them even when we are killed."""
