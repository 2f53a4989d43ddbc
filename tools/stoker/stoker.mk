# tools/stoker
