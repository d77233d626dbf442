"""What the coordinator does by itself: because time has passed, a disk was full, or it is the first start."""
