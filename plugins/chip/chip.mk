# plugins/chip
