"""What Filar costs: the real servers, real people's requests, CPU time from the process table. Start: ./run bench."""
