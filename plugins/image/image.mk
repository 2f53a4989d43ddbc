# plugins/image: firmware files become addresses and bytes.
IMAGE_TEXT = plugins/image/text.c plugins/image/text.h

pkglib_LTLIBRARIES += modules/image-elf.la
modules_image_elf_la_SOURCES = plugins/image/elf.c plugins/image/elf-module.c \
	plugins/image/image.h
modules_image_elf_la_LDFLAGS = $(MODULE_LINK)
modules_image_elf_la_LIBADD = $(MODULE_LIBS)

pkglib_LTLIBRARIES += modules/image-ihex.la
modules_image_ihex_la_SOURCES = plugins/image/ihex.c plugins/image/ihex-module.c \
	plugins/image/image.h $(IMAGE_TEXT)
modules_image_ihex_la_LDFLAGS = $(MODULE_LINK)
modules_image_ihex_la_LIBADD = $(MODULE_LIBS)

pkglib_LTLIBRARIES += modules/image-srec.la
modules_image_srec_la_SOURCES = plugins/image/srec.c plugins/image/srec-module.c \
	plugins/image/image.h $(IMAGE_TEXT)
modules_image_srec_la_LDFLAGS = $(MODULE_LINK)
modules_image_srec_la_LIBADD = $(MODULE_LIBS)

pkglib_LTLIBRARIES += modules/image-bin.la
modules_image_bin_la_SOURCES = plugins/image/bin.c plugins/image/bin-module.c \
	plugins/image/image.h
modules_image_bin_la_LDFLAGS = $(MODULE_LINK)
modules_image_bin_la_LIBADD = $(MODULE_LIBS)

# All drivers without their modules, for unit tests and the fuzzer.
check_LTLIBRARIES += plugins/image/libimages.la
plugins_image_libimages_la_SOURCES = plugins/image/bin.c plugins/image/elf.c \
	plugins/image/ihex.c plugins/image/image.h plugins/image/srec.c $(IMAGE_TEXT)
