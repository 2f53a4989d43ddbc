/* SPDX-License-Identifier: MIT */
/* format.h - what the format modules share */
#ifndef FORMAT_H
#define FORMAT_H

#include <stoker/module.h>

#define COUNT_OF(a)	(sizeof(a) / sizeof((a)[0]))

extern const struct stk_format_driver stldr_driver, flm_driver;

/* A device table as it lies in the file. */
struct format_table {
	const uint8_t *p;
	size_t len;		/* bytes that belong to it, at most */
	uint64_t addr;
	bool big_endian;
};

/*
 * Text behind the NUL of a name with room for @room bytes: some makers put an
 * address or a second name there. "": none.
 */
const char *format_after_name(const char *name, size_t room);

/* A decoded device table. */
struct format_device {
	struct stk_device device;	/* name and regions point to the below */
	char name[129];
	struct stk_region *regions;
	const char *after_name;	/* a second text in its room, behind the first NUL; "" */
	size_t used;		/* bytes of the table, terminator included */
	bool terminated;
};

/* The rules of a format, and those that both have. */
struct format_rules {
	const struct stk_rule *rule;
	size_t n;
};

extern const struct format_rules format_rules, stldr_rules, flm_rules;

/* What goes into a register. */
enum format_arg {
	ARG_NONE,
	ARG_ADDR,		/* fields of the request */
	ARG_LEN,
	ARG_WORDS,		/* its length in words */
	ARG_LAST,
	ARG_BUFFER,
	ARG_PHASE,
	ARG_CLOCK,
	ARG_INIT_R0,
	ARG_PARALLELISM,
	ARG_START,		/* the device's */
	ARG_ERASED,		/* the device's */
	ARG_ZERO,
};

/* A function, what it is for, and its arguments from R0 on. */
struct format_function {
	const char *name;
	enum stk_op op;
	enum format_arg arg[4];
};

/* 0 without the table's symbol; else surer with each of @names that is there. */
int format_probe(const struct stk_elf *elf, const char *symbol, const char *const *names,
		 size_t count);

/*
 * The bytes of the table at @symbol, up to the end of the symbol or, where its
 * size is less than @head, of its section. Fewer than @head: -ENOEXEC.
 */
int format_find(const struct stk_elf *elf, const char *symbol, size_t head,
		struct format_table *ret, struct stk_error *err) stk_must_check;

/* Hand table and device to the core: @d decoded from @t. */
int format_build(const struct stk_elf *elf, const char *symbol,
		 const struct format_table *t, const struct format_device *d,
		 struct stk_loader_builder *b, struct stk_error *err) stk_must_check;

/* Is the other format's table there too? Then it is no part of the image. */
bool format_other_table(const struct stk_elf *elf, const char *symbol, size_t head,
			struct stk_loader_builder *b);

int format_build_functions(struct stk_loader_builder *b, const struct format_function *f,
			   size_t count, struct stk_error *err) stk_must_check;

/* A section by name, the @nth of them; NULL: none. */
const struct stk_elf_section *format_section(const struct stk_elf *elf, const char *name,
					     unsigned int nth);

/* Name, page and size make sense and unused bytes are 0: no accident. */
bool format_plausible(const struct format_device *d, const uint8_t *pad0, size_t pad0_len,
		      const uint8_t *pad1, size_t pad1_len);

/*
 * Try @decode, which is strict, on every place where a linker would put a
 * table that is alone: the start of a section or of a PT_LOAD. 1: found and
 * handed to @b. @what is the table's name.
 */
typedef int (*format_decode)(const struct format_table *t, struct format_device *ret);
int format_recover(const struct stk_elf *elf, const char *what, size_t head,
		   format_decode decode, struct stk_loader_builder *b,
		   struct stk_error *err);

void format_device_free(struct format_device *d);

bool format_has(const struct stk_loader_info *loader, const char *function);

/* A function that may be missing, and what a host does then. */
struct format_need {
	const char *function, *without;
};

/* Report those of @needs that are not in the file; the last one has no name. */
int format_lint_missing(const struct stk_loader_info *loader, const struct stk_rule *rule,
			const struct format_need *needs, struct stk_loader_builder *b,
			struct stk_error *err) stk_must_check;

/* ---- stldr-lint.c, flm-lint.c ------------------------------------------ */

/* What only the file shows, while it is read. */
int stldr_lint_elf(const struct stk_elf *elf, struct stk_loader_builder *b,
		   struct stk_error *err) stk_must_check;
int flm_lint_elf(const struct stk_elf *elf, const struct format_table *t,
		 const struct format_device *d, struct stk_loader_builder *b,
		 struct stk_error *err) stk_must_check;
int flm_lint_no_data(struct stk_loader_builder *b, struct stk_error *err) stk_must_check;

/* The drivers' lint operations. */
int stldr_lint(const struct stk_loader_info *l, struct stk_loader_builder *b,
	       struct stk_error *err);
int flm_lint(const struct stk_loader_info *l, struct stk_loader_builder *b,
	     struct stk_error *err);

/* "SPI_FLASH"; NULL: not in the list of ST's header. */
const char *stldr_type_name(uint32_t type);

/* SECTOR_NUM and VERS of FlashOS.h. */
#define FLM_ENTRIES	512u
#define FLM_VERSION	0x0101u

/* ---- calls -------------------------------------------------------------- */

/*
 * The drivers' operations of these names, by a table of the format's functions.
 * What does not fit into 32-bit registers is refused.
 */
int format_marshal(const struct format_function *f, size_t count,
		   const struct stk_loader_info *loader, const struct stk_request *req,
		   struct stk_abi_call *ret, struct stk_error *err) stk_must_check;
void format_unmarshal(const struct format_function *f, size_t count,
		      const struct stk_abi_call *call, struct stk_request *ret);

/* Fill @text with "returned N: ..." and return @meaning. */
enum stk_meaning format_means(enum stk_meaning meaning, uint32_t value, char *text,
			      size_t len, const char *what);

#endif
