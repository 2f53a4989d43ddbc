/* SPDX-License-Identifier: MIT */
/*
 * Who made the file, and for which core: build attributes where there are
 * some; most FLMs have none, only the compiler's command line in .comment.
 */
#include "core.h"

#include <string.h>

#include "attributes.h"
#include "loader-priv.h"

/* armlink pads its strings into one line each; more is no name. */
#define MAX_NAME	160

static const struct stk_elf_section *section(const struct stk_elf *elf, const char *name)
{
	size_t n;
	const struct stk_elf_section *s = stk_elf_sections(elf, &n);

	for (size_t i = 1; i < n; i++) {
		if (!strcmp(s[i].name, name) && s[i].data)
			return &s[i];
	}
	return NULL;
}

static bool has_section_of(const struct stk_elf *elf, const char *prefix)
{
	size_t n;
	const struct stk_elf_section *s = stk_elf_sections(elf, &n);

	for (size_t i = 1; i < n; i++) {
		if (!strncmp(s[i].name, prefix, strlen(prefix)))
			return true;
	}
	return false;
}

/* Printable bytes from @p on, at most MAX_NAME, up to one of @stop. */
static char *word(struct arena *a, const uint8_t *p, const uint8_t *end, const char *stop)
{
	char buf[MAX_NAME + 1];
	size_t n = 0;

	while (p + n < end && n < MAX_NAME && p[n] >= ' ' && p[n] < 0x7F &&
	       !strchr(stop, p[n])) {
		buf[n] = (char)p[n];
		n++;
	}
	buf[n] = '\0';
	return n ? arena_strdup(a, buf) : NULL;
}

/* The text in .comment after @key, up to one of @stop; NULL: none. */
static char *after(struct stk_loader *l, const struct stk_elf_section *comment,
		   const char *key, bool with_key, const char *stop)
{
	const uint8_t *end, *p;

	if (!comment)
		return NULL;
	end = comment->data + comment->size;
	p = memmem(comment->data, (size_t)comment->size, key, strlen(key));
	if (!p)
		return NULL;
	return word(&l->arena, with_key ? p : p + strlen(key), end, stop);
}

/* Commonest first: armclang and armcc, armcc before 5.04, GCC, clang, IAR. */
static const char *compiler(struct stk_loader *l, const struct stk_elf_section *comment)
{
	const char *s = after(l, comment, "Component: ", false, "");
	char *tool = s ? strstr(s, " Tool: ") : NULL;

	if (tool)
		*tool = '\0';
	if (!s)
		s = after(l, comment, "ARM C/C++ Compiler", true, "");
	if (!s)
		s = after(l, comment, "GCC: ", true, "");
	if (!s)
		s = after(l, comment, "clang version ", true, "");
	if (!s && has_section_of(l->elf, ".iar."))
		s = "IAR";
	return s;
}

/*
 * "--cpu=Cortex-M4.fp.sp": the core, then its floating point unit. Without
 * one, older compilers mean a core without and newer ones leave it open.
 */
static void from_command_line(struct stk_loader *l, const struct stk_elf_section *comment)
{
	char *cpu = after(l, comment, "--cpu=", false, " \t,;");
	char *fp;

	if (!cpu)
		cpu = after(l, comment, "--cpu ", false, " \t,;");
	if (!cpu)
		return;
	l->info.cpu = cpu;
	fp = strchr(cpu, '.');
	if (!fp)
		return;
	*fp++ = '\0';
	if (!l->info.fp && !strncmp(fp, "fp", 2))
		l->info.fp = strstr(fp, "dp") ? "double precision" : "single precision";
}

void loader_producer(struct stk_loader *l)
{
	const struct stk_elf_section *s = section(l->elf, ".ARM.attributes");
	const struct stk_elf_section *comment = section(l->elf, ".comment");
	struct attributes a;

	if (s) {
		attributes_read(s->data, (size_t)s->size,
				stk_elf_header(l->elf)->big_endian, &a);
		l->info.fp = attributes_fp_name(&a);
		if (a.cpu_name && *a.cpu_name)
			l->info.cpu = a.cpu_name;
	}
	if (!l->info.cpu)
		from_command_line(l, comment);
	if (!l->info.cpu && s)
		l->info.cpu = attributes_arch_name(&a);
	l->info.compiler = compiler(l, comment);
}
