/* SPDX-License-Identifier: MIT */
/*
 * Real loaders against a truth table that other programs made: every field of
 * truth.jsonl that struct stk_loader_info holds must be equal. Usage:
 * test-truth [CORPUS], default $STOKER_CORPUS; without one it says SKIP.
 */
#include <jansson.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <stoker/stoker.h>

#define SKIP	77

struct truth {
	struct stk_ctx *ctx;
	const char *corpus;
	const char *path;	/* of the file that is compared */
	unsigned long files, fields, wrong;
};

static void say_wrong(struct truth *t, const char *what, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
static void say_wrong(struct truth *t, const char *what, const char *fmt, ...)
{
	va_list args;

	t->wrong++;
	fprintf(stderr, "%s: %s: ", t->path, what);
	va_start(args, fmt);
	vfprintf(stderr, fmt, args);
	va_end(args);
	fputc('\n', stderr);
}

static void same_number(struct truth *t, const char *what, uint64_t is,
			const json_t *want)
{
	uint64_t w = json_is_true(want) ? 1 : (uint64_t)json_integer_value(want);

	t->fields++;
	if (is != w)
		say_wrong(t, what, "0x%llx, the truth is 0x%llx", (unsigned long long)is,
			  (unsigned long long)w);
}

static void same_text(struct truth *t, const char *what, const char *is, const char *want)
{
	t->fields++;
	if (!is || !want ? is != want : strcmp(is, want))
		say_wrong(t, what, "'%s', the truth is '%s'", is ? is : "(null)",
			  want ? want : "(null)");
}

static void same_bool(struct truth *t, const char *what, bool is, bool want)
{
	t->fields++;
	if (is != want)
		say_wrong(t, what, "%s, the truth is the opposite", is ? "yes" : "no");
}

static const json_t *get(const json_t *o, const char *key)
{
	return json_object_get(o, key);
}

static uint64_t number(const json_t *o, const char *key)
{
	return (uint64_t)json_integer_value(get(o, key));
}

static const char *text(const json_t *o, const char *key)
{
	return json_string_value(get(o, key));
}

/* ---- ELF -------------------------------------------------------------- */

static void compare_segments(struct truth *t, const struct stk_loader_info *i,
			     const json_t *loads)
{
	t->fields++;
	if (i->n_segments != json_array_size(loads)) {
		say_wrong(t, "segments", "%zu, the truth is %zu", i->n_segments,
			  json_array_size(loads));
		return;
	}
	for (size_t k = 0; k < i->n_segments; k++) {
		const struct stk_segment *s = &i->segments[k];
		const json_t *w = json_array_get(loads, k);
		char flags[] = { s->r ? 'R' : '-', s->w ? 'W' : '-', s->x ? 'X' : '-',
				 '\0' };

		same_number(t, "segment vaddr", s->vaddr, get(w, "vaddr"));
		same_number(t, "segment paddr", s->paddr, get(w, "paddr"));
		same_number(t, "segment offset", s->offset, get(w, "off"));
		same_number(t, "segment file size", s->file_size, get(w, "filesz"));
		same_number(t, "segment memory size", s->mem_size, get(w, "memsz"));
		same_text(t, "segment flags", flags, text(w, "flags"));
	}
}

static const char *fp_name(uint64_t fp_arch)
{
	return fp_arch == 6 ? "VFPv4-D16" : fp_arch == 8 ? "FPv5-D16" : "another";
}

/* "Cortex-M4.fp.sp" of the command line names the core and its FPU. */
static bool is_cpu(const struct stk_loader_info *i, const char *said, bool with_fp)
{
	size_t len = strcspn(said, ".");
	const char *fp = strstr(said, ".fp.dp") ? "double precision" :
			 strstr(said, ".fp") ? "single precision" : NULL;

	if (!i->cpu || strlen(i->cpu) != len || strncmp(i->cpu, said, len))
		return false;
	return !with_fp || (fp && i->fp ? !strcmp(fp, i->fp) : fp == i->fp);
}

static void compare_cpu(struct truth *t, const struct stk_loader_info *i,
			const json_t *truth)
{
	const json_t *a = get(get(truth, "elf"), "attributes");
	const json_t *comment = get(get(truth, "producer"), "cpu_in_comment");
	bool found = false;

	if (get(a, "fp_arch"))
		same_text(t, "fp", i->fp, fp_name(number(a, "fp_arch")));
	if (get(a, "cpu_name")) {
		same_text(t, "cpu", i->cpu, text(a, "cpu_name"));
		return;
	}
	for (size_t k = 0; k < json_array_size(comment); k++)
		found |= is_cpu(i, json_string_value(json_array_get(comment, k)),
				!get(a, "fp_arch"));
	if (json_array_size(comment))
		same_bool(t, "cpu is one of those in .comment", found, true);
}

static const char *family(const char *compiler)
{
	if (!compiler)
		return NULL;
	if (!strncmp(compiler, "GCC", 3))
		return "GCC";
	if (!strncmp(compiler, "IAR", 3))
		return "IAR";
	if (strstr(compiler, "Embedded 6.") || strstr(compiler, "Compiler 6."))
		return "armclang";
	if (strstr(compiler, "ARM Compiler 5.") ||
	    strstr(compiler, "ARM C/C++ Compiler, "))
		return "armcc";
	return compiler;
}

/* Without .comment the truth comes from debug information, which we leave alone. */
static void compare_compiler(struct truth *t, const struct stk_loader_info *i,
			     const json_t *producer)
{
	if (json_array_size(get(producer, "comment")) && text(producer, "family"))
		same_text(t, "compiler", family(i->compiler), text(producer, "family"));
}

static uint64_t least(const json_t *ram, const char *a, const char *b)
{
	uint64_t x = number(ram, a), y = number(ram, b);

	if (json_is_null(get(ram, a)) || json_is_null(get(ram, b)))
		return json_is_null(get(ram, a)) ? y : x;
	return x < y ? x : y;
}

static uint64_t most(const json_t *ram, const char *a, const char *b)
{
	uint64_t x = number(ram, a), y = number(ram, b);

	return x > y ? x : y;
}

static void compare_footprint(struct truth *t, const struct stk_loader_info *i,
			      const json_t *truth)
{
	const json_t *ram = get(truth, "ram"), *data = get(truth, "flm_sections");
	uint64_t lo = least(ram, "segments_lo", "sections_lo");
	uint64_t hi = most(ram, "segments_hi", "sections_hi");
	const json_t *rw = get(data, "PrgData_rw"), *zi = get(data, "PrgData_zi");

	t->fields += 2;
	if (i->link_address != lo)
		say_wrong(t, "link address", "0x%llx",
			  (unsigned long long)i->link_address);
	if (i->ram_size != hi - lo)
		say_wrong(t, "RAM size", "0x%llx, the truth is 0x%llx",
			  (unsigned long long)i->ram_size, (unsigned long long)(hi - lo));
	if (!data)
		return;
	same_bool(t, "has a static base", i->has_static_base,
		  json_is_object(rw) || json_is_object(zi));
	if (json_is_object(rw))
		same_number(t, "static base", i->static_base, get(rw, "addr"));
	else if (json_is_object(zi))
		same_number(t, "static base", i->static_base, get(zi, "addr"));
}

/* ---- device ----------------------------------------------------------- */

/* FLM: {size, addr}, each up to the next; .stldr: {count, size}, in a row. */
static void compare_regions(struct truth *t, const struct stk_device *d,
			    const json_t *want)
{
	const json_t *sectors = get(want, "sectors");
	uint64_t start = number(want, "start"), end = start + number(want, "size"),
		 at = start;
	size_t n = json_array_size(sectors);

	t->fields++;
	if (d->n_regions != n) {
		say_wrong(t, "regions", "%zu, the truth is %zu", d->n_regions, n);
		return;
	}
	for (size_t k = 0; k < n; k++) {
		const json_t *s = json_array_get(sectors, k), *next;
		uint64_t size = number(s, "size"), count = number(s, "count"), upto = end;

		if (get(s, "addr")) {
			at = number(s, "addr") + (number(s, "addr") < start ? start : 0);
			next = json_array_get(sectors, k + 1);
			if (next)
				upto = start + number(next, "addr");
			count = (upto - at) / size;
		}
		t->fields += 3;
		if (d->regions[k].start != at || d->regions[k].size != size ||
		    d->regions[k].count != count)
			say_wrong(t, "region", "0x%llx %llu x %llu",
				  (unsigned long long)d->regions[k].start,
				  (unsigned long long)d->regions[k].count,
				  (unsigned long long)d->regions[k].size);
		at += count * size;
	}
}

static void compare_device(struct truth *t, const struct stk_device *d,
			   const json_t *want)
{
	t->fields++;
	if (!d || json_is_null(want)) {
		if (d || !json_is_null(want))
			say_wrong(t, "device", "%s", d ? "one too many" : "missing");
		return;
	}
	same_text(t, "device name", d->name, text(want, "name"));
	same_text(t, "device type name", d->type_name, text(want, "type_name"));
	same_number(t, "device type", d->type, get(want, "type"));
	same_number(t, "device start", d->start, get(want, "start"));
	same_number(t, "device size", d->size, get(want, "size"));
	same_number(t, "page size", d->page_size, get(want, "page_size"));
	same_number(t, "erased value", d->erased, get(want, "erased"));
	if (get(want, "to_prog")) {
		same_number(t, "program time limit", d->program_ms, get(want, "to_prog"));
		same_number(t, "erase time limit", d->erase_ms, get(want, "to_erase"));
	}
	compare_regions(t, d, want);
}

/* ---- functions and findings ------------------------------------------- */

static void compare_functions(struct truth *t, const struct stk_loader_info *i,
			      const json_t *want)
{
	t->fields++;
	if (i->n_functions != json_object_size(want))
		say_wrong(t, "functions", "%zu, the truth is %zu", i->n_functions,
			  json_object_size(want));
	for (size_t k = 0; k < i->n_functions; k++) {
		const struct stk_function *f = &i->functions[k];
		const json_t *w = get(want, f->name);

		t->fields++;
		if (!w) {
			say_wrong(t, "function", "%s is none", f->name);
			continue;
		}
		same_number(t, f->name, f->address, get(w, "address"));
		same_number(t, f->name, f->size, get(w, "size"));
	}
}

static const char *finding(const struct stk_loader_info *i, const char *id)
{
	for (size_t k = 0; k < i->n_findings; k++) {
		if (!strcmp(i->findings[k].id, id))
			return i->findings[k].text;
	}
	return NULL;
}

static bool truth_has(const json_t *findings, const char *prefix)
{
	for (size_t k = 0; k < json_array_size(findings); k++) {
		const char *s = json_string_value(json_array_get(findings, k));

		if (!strncmp(s, prefix, strlen(prefix)))
			return true;
	}
	return false;
}

static void compare_findings(struct truth *t, const struct stk_loader_info *i,
			     const json_t *truth)
{
	static const struct {
		const char *truth, *id, *other_id;
	} pair[] = {
		{ "machine-not-arm", "STK-L002", NULL },
		{ "size!=sum-of-sectors", "STK-L007", NULL },
		{ "sector-size-does-not-divide", "STK-L008", NULL },
		{ "page>sector", "STK-L009", NULL },
		{ "page-does-not-divide-sector", "STK-L010", NULL },
		{ "table-shadowed-by", "STK-L011", NULL },
		{ "required-missing", "STK-S004", "STK-A006" },
		{ "StorageInfo-size-", "STK-S001", NULL },
		{ "FlashDevice-size-", "STK-A001", NULL },
	};
	const json_t *want = get(truth, "findings"), *missing = get(truth, "missing");

	for (size_t k = 0; k < sizeof(pair) / sizeof(pair[0]); k++)
		same_bool(t, pair[k].truth,
			  finding(i, pair[k].id) ||
				  (pair[k].other_id && finding(i, pair[k].other_id)),
			  truth_has(want, pair[k].truth));
	for (size_t k = 0; k < json_array_size(missing); k++) {
		const char *name = json_string_value(json_array_get(missing, k));
		bool there = false;

		for (size_t n = 0; n < i->n_functions; n++)
			there |= !strcmp(i->functions[n].name, name);
		same_bool(t, name, there, false);
	}
}

/* ---- files ------------------------------------------------------------ */

static void compare(struct truth *t, const struct stk_loader_info *i, const json_t *truth)
{
	const char *format = text(truth, "format");
	const json_t *elf = get(truth, "elf");
	bool known = !strcmp(format, "flm") || !strcmp(format, "stldr");
	const json_t *device = get(truth, "device");
	bool guessed = json_is_true(get(get(device, "where"), "guessed"));

	same_text(t, "SHA-256", i->sha256, text(truth, "sha256"));
	same_number(t, "file size", i->file_size, get(truth, "file_size"));
	same_text(t, "format", i->format, known ? format : NULL);
	same_bool(t, "usable", !i->error.code, known && !truth_has(get(truth, "findings"),
								    "machine-not-arm"));
	if (!elf) {
		same_text(t, "machine", i->machine, NULL);
		return;
	}
	same_text(t, "machine", i->machine,
		  !strcmp(text(elf, "machine"), "EM_ARM") ? "ARM" : "RISC-V");
	compare_segments(t, i, get(elf, "pt_loads"));
	compare_cpu(t, i, truth);
	compare_compiler(t, i, get(truth, "producer"));
	compare_functions(t, i, get(truth, "functions"));
	if (!known) {
		same_bool(t, "no device", i->device == NULL, true);
		if (guessed)
			compare_device(t, i->recovered, device);
		return;
	}
	compare_device(t, i->device, device);
	compare_footprint(t, i, truth);
	compare_findings(t, i, truth);
}

static void compare_line(struct truth *t, const char *line)
{
	char path[4096];
	json_error_t e;
	json_t *truth = json_loads(line, 0, &e);
	struct stk_loader *loader = NULL;
	struct stk_error err;

	if (!truth) {
		say_wrong(t, "truth.jsonl", "%s", e.text);
		return;
	}
	t->path = text(truth, "path");
	snprintf(path, sizeof(path), "%s/%s", t->corpus, t->path);
	t->files++;
	if (stk_loader_open(t->ctx, path, STK_LOADER_DESCRIBE, &loader, &err))
		say_wrong(t, "open", "%s", err.msg);
	else
		compare(t, stk_loader_info(loader), truth);
	stk_loader_close(loader);
	json_decref(truth);
}

static void compare_all(struct truth *t, const char *name)
{
	char path[4096], *line = NULL;
	size_t room = 0;
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", t->corpus, name);
	f = fopen(path, "r");
	t->path = path;
	if (!f) {
		say_wrong(t, "truth", "cannot be read");
		return;
	}
	while (getline(&line, &room, f) > 0)
		compare_line(t, line);
	free(line);
	fclose(f);
}

int main(int argc, char **argv)
{
	struct truth t = { .corpus = argc > 1 ? argv[1] : getenv("STOKER_CORPUS") };
	struct stk_error err;

	if (!t.corpus || !*t.corpus) {
		puts("SKIP: no corpus of vendor loaders (STOKER_CORPUS)");
		return SKIP;
	}
	if (stk_ctx_new(NULL, &t.ctx, &err)) {
		fprintf(stderr, "%s\n", err.msg);
		return 1;
	}
	compare_all(&t, "truth.jsonl");
	compare_all(&t, "derived/truth.jsonl");
	stk_ctx_free(t.ctx);
	printf("%lu fields of %lu files compared, %lu differ\n", t.fields, t.files,
	       t.wrong);
	return t.wrong || t.files < 100 ? 1 : 0;
}
