# plugins/image: firmware files become addresses and bytes.
pkglib_LTLIBRARIES += modules/image-elf.la modules/image-ihex.la modules/image-srec.la \
	modules/image-bin.la

IMAGE_TEXT = plugins/image/image.h plugins/image/text.c plugins/image/text.h

modules_image_ihex_la_SOURCES = plugins/image/ihex.c $(IMAGE_TEXT)
modules_image_ihex_la_LDFLAGS = $(MODULE_LINK)
modules_image_ihex_la_LIBADD = $(MODULE_LIBS)

modules_image_srec_la_SOURCES = plugins/image/srec.c $(IMAGE_TEXT)
modules_image_srec_la_LDFLAGS = $(MODULE_LINK)
modules_image_srec_la_LIBADD = $(MODULE_LIBS)

modules_image_bin_la_SOURCES = plugins/image/bin.c plugins/image/image.h
modules_image_bin_la_LDFLAGS = $(MODULE_LINK)
modules_image_bin_la_LIBADD = $(MODULE_LIBS)

modules_image_elf_la_SOURCES = plugins/image/elf.c plugins/image/image.h
modules_image_elf_la_LDFLAGS = $(MODULE_LINK)
modules_image_elf_la_LIBADD = $(MODULE_LIBS)
