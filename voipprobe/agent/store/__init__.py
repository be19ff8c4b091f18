"""What an agent remembers: rounds as history, measurements until they are published."""
