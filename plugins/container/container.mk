# plugins/container: loaders out of what holds several of them.
CONTAINER_PACK = \
	plugins/container/folder.c \
	plugins/container/pack.c \
	plugins/container/pdsc-xml.c \
	plugins/container/pdsc.c \
	plugins/container/pdsc.h \
	plugins/container/source.h \
	plugins/container/zip.c
CONTAINER_CFLAGS = $(MINIZIP_CFLAGS) $(LIBXML_CFLAGS)
CONTAINER_LIBS = $(MINIZIP_LIBS) $(LIBXML_LIBS)

pkglib_LTLIBRARIES += modules/container-pack.la
modules_container_pack_la_SOURCES = $(CONTAINER_PACK) plugins/container/pack-module.c
modules_container_pack_la_CFLAGS = $(AM_CFLAGS) $(CONTAINER_CFLAGS)
modules_container_pack_la_LDFLAGS = $(MODULE_LINK)
modules_container_pack_la_LIBADD = $(CONTAINER_LIBS) $(MODULE_LIBS)

# The driver without its module, for the fuzzers.
check_LTLIBRARIES += plugins/container/libpack.la
plugins_container_libpack_la_SOURCES = $(CONTAINER_PACK)
plugins_container_libpack_la_CFLAGS = $(AM_CFLAGS) $(CONTAINER_CFLAGS)
