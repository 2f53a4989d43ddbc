# plugins/image
