# plugins/target/emu
