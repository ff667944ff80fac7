"""What generated code calls: arithmetic, .NET values, JSON, sequences."""
