"""The commands of `sim`, by what they are about; what a command needs is imported inside it."""
