"""What leaves this machine: redacted copies, pages that hold no more than their level allows, and people forgotten."""
