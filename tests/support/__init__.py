"""What tests share: accounts, projects, files and clients to test with."""
