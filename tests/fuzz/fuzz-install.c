/* SPDX-License-Identifier: MIT */
/*
 * libFuzzer target: the files of installs that a scan reads, of any bytes. The
 * input is their contents one behind the other, each ended by a byte 0xfe, which
 * no UTF-8 has; what is not there stays empty. All else of the installs is as a
 * vendor made it.
 */
#include <ftw.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <stoker/loaderdb.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define PLUGINS	      "ide/plugins/com.st.stm32cube.ide.mcu.externaltools."
#define PROGRAMMER    PLUGINS "cubeprogrammer.linux64_2.0.100.202110141430/tools/bin/"
#define CONFIGURATION "ide/configuration/org.eclipse.equinox.simpleconfigurator/"
#define PACK	      "Packs/Keil/STM32G4xx_DFP/1.3.0/"

/* In the order in which they are in the input. */
static const char *const files[] = {
	"ide/.eclipseproduct", CONFIGURATION "bundles.info",
	PROGRAMMER "version",  PACK "Keil.STM32G4xx_DFP.pdsc",
	"Keil_v5/TOOLS.INI",
};

/* What makes them installs; a path that ends with "/" is a folder. */
static const char *const frame[] = {
	PROGRAMMER "ExternalLoader/",
	PLUGINS "cubeprogrammer.linux64_2.0.200.202202231230/tools/bin/ExternalLoader/",
	PLUGINS "stlink-gdb-server.linux64_2.0.100.202109301221/tools/bin/",
	CONFIGURATION,
	"ide/stm32cubeide.ini",
	PACK,
	"Keil_v5/ARM/Flash/",
	"Keil_v5/ARM/PACK/",
};

static struct {
	char folder[32];
	struct ldb_facts *facts;
} rig;

static void full_path(char *path, size_t size, const char *name)
{
	snprintf(path, size, "%s/%s", rig.folder, name);
}

static void write_file(const char *name, const uint8_t *data, size_t size)
{
	char path[PATH_MAX];
	FILE *f;

	full_path(path, sizeof(path), name);
	f = fopen(path, "w");
	if (!f || fwrite(data, 1, size, f) != size || fclose(f))
		abort();
}

/* With the folders that it is in. */
static void make(const char *name)
{
	char path[PATH_MAX];

	full_path(path, sizeof(path), name);
	for (char *p = path + strlen(rig.folder) + 1; (p = strchr(p, '/')); p++) {
		*p = '\0';
		mkdir(path, 0755);
		*p = '/';
	}
	if (name[strlen(name) - 1] != '/')
		write_file(name, (const uint8_t *)"", 0);
}

static int remove_one(const char *path, const struct stat *st, int kind, struct FTW *at)
{
	(void)st;
	(void)kind;
	(void)at;
	return remove(path);
}

static void clean(void)
{
	nftw(rig.folder, remove_one, 16, FTW_DEPTH | FTW_PHYS);
	ldb_facts_close(rig.facts);
}

static void set_up(void)
{
	struct stk_error err;

	strcpy(rig.folder, "/tmp/stoker-fuzz-XXXXXX");
	if (!mkdtemp(rig.folder) || ldb_facts_open(NULL, &rig.facts, &err))
		abort();
	atexit(clean);
	for (size_t i = 0; i < sizeof(frame) / sizeof(*frame); i++)
		make(frame[i]);
}

/* Is every text of it there, and does it end? */
static size_t text_lengths(const struct ldb_install *install)
{
	size_t sum = strlen(install->path) + strlen(install->tool->title);

	for (size_t i = 0; i < install->n_notes; i++)
		sum += strlen(install->notes[i]);
	for (size_t i = 0; i < install->n_components; i++) {
		const struct ldb_component *c = &install->components[i];

		sum += strlen(c->path) + strlen(ldb_component_name(c->kind));
		sum += c->version ? strlen(c->version) + strlen(c->version_from) : 0;
		sum += c->why_current ? strlen(c->why_current) : 0;
	}
	return sum;
}

static void scan(void)
{
	const char *root = rig.folder;
	const struct ldb_scan_options opt = { .size = sizeof(opt),
					      .roots = &root,
					      .n_roots = 1 };
	const struct ldb_scan *found;
	struct stk_error err;

	if (ldb_scan_run(NULL, rig.facts, &opt, &found, &err))
		abort();
	/* The IDE may say that it is another product; then its programmers are told. */
	if (found->n_installs < 3)
		abort();
	for (size_t i = 0; i < found->n_installs; i++)
		if (!text_lengths(&found->installs[i]))
			abort();
	ldb_free(found);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (!*rig.folder)
		set_up();
	for (size_t i = 0; i < sizeof(files) / sizeof(*files); i++) {
		const uint8_t *end = size ? memchr(data, 0xfe, size) : NULL;
		size_t len = end ? (size_t)(end - data) : size;

		write_file(files[i], data, len);
		len += end != NULL;
		data += len;
		size -= len;
	}
	scan();
	return 0;
}
