# plugins/target/fault
