"""What an auditor looks at on the operator's machine, with the operator's consent; read only."""
