# plugins/format
