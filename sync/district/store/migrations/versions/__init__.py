"""One module for each step, named ``NNNN_what`` in their order; from 0010 on this is the revision too."""
