/* SPDX-License-Identifier: MIT */
/*
 * module.h - the plugin ABI of libstoker
 *
 * A module is one shared object with one exported const descriptor, closed by
 * one macro. Build it with `pkg-config --cflags stoker` alone:
 *
 *	cc -shared -fPIC $(pkg-config --cflags stoker) -o target-mine.so mine.c
 *
 * The file is called CLASS-NAME.so. Functions of libstoker may be called
 * without linking to it: the host program has it mapped.
 *
 * Nothing of a module runs before its ELF note was read: the note holds class,
 * name, version, licence, ABI number and level, and a module whose ABI number is
 * not STK_MODULE_ABI is refused with a sentence, as is one of a higher level than
 * STK_MODULE_LEVEL. Drivers begin with their size. "Offered" means inside that
 * size and not NULL.
 *
 * How this grows. The ABI number changes when modules have to be built anew; each
 * addition raises the level. So a module works with any libstoker of its ABI that
 * has its level or a higher one. For that
 *  - operations, functions, members and enumerators keep their types, places,
 *    values and meanings, and none is taken away;
 *  - a struct that begins with its size grows at its end. It may be older than the
 *    code that has it in hand: ask stk_has() or stk_offers() for what came after
 *    level 0. Whoever has one filled sets its size, and zeroes the rest; whoever
 *    fills it sets members one by one, and none beyond that size;
 *  - a struct that the core alone makes, one at a time, for a module to read or to
 *    fill, grows at its end as well: never make one (tests/embed/abi.py lists them);
 *  - every other struct stays as it is: elements of arrays, parts of other structs,
 *    what stk_build_...() takes, what is passed on to a target inside. What it lacks
 *    comes by another operation or function, or an array beside the one there is;
 *  - enumerators are appended, before ..._COUNT. One that a module does not know:
 *    an operation or phase is -EINVAL, a reason to stop is STK_STOP_HALTED, all
 *    others are passed over.
 *
 * Errors: every operation that can fail returns 0 or a negative errno, and
 * fills the struct stk_error with stk_fail().
 *
 * One thread per object: the core never calls two operations of one driver
 * instance at the same time, wake() excepted. But a module is mapped once a
 * process, and several contexts may use it in several threads: it keeps what
 * it must remember in what the core gives it, never in variables of its own.
 */
#ifndef STOKER_MODULE_H
#define STOKER_MODULE_H

#include <stoker/stoker.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Another one: modules have to be built anew, and its level is 0. */
#define STK_MODULE_ABI		1
#define STK_MODULE_LEVEL	0

/* The struct at @p, which begins with its size, goes as far as @member. */
#define stk_has(p, member)							\
	((p)->size >= offsetof(__typeof__(*(p)), member) + sizeof((p)->member))

/* "offered": inside the driver's size and not NULL. */
#define stk_offers(drv, op)	(stk_has(drv, op) && (drv)->op != NULL)

struct stk_format_driver;
struct stk_image_driver;
struct stk_chip_driver;
struct stk_target_driver;
struct stk_server_driver;
struct stk_analysis_driver;
struct stk_container_driver;

struct stk_module {
	size_t size;
	const char *description;
	const struct stk_param_info *const *params;	/* NULL-ended; may be NULL */
	const struct stk_format_driver *format;
	const struct stk_image_driver *image;
	const struct stk_chip_driver *chip;
	const struct stk_target_driver *target;
	const struct stk_server_driver *server;
	const struct stk_analysis_driver *analysis;
	const struct stk_container_driver *container;
};

#define STK_MODULE_STR_(x)	#x
#define STK_MODULE_STR(x)	STK_MODULE_STR_(x)

/* One string, "key=value" NUL-separated, as the kernel's .modinfo. */
#define STK_MODULE_INFO(class_, name_, version_, license_, more_)		\
	"class=" #class_ "\0name=" #name_ "\0version=" version_			\
	"\0license=" license_ "\0abi=" STK_MODULE_STR(STK_MODULE_ABI)		\
	"\0level=" STK_MODULE_STR(STK_MODULE_LEVEL) "\0" more_

#define STK_MODULE_(info_, ...)							\
	static const struct {							\
		uint32_t namesz, descsz, type;					\
		char name[8];							\
		char desc[(sizeof(info_) + 3) & ~3u];				\
	} stk_module_note							\
	__attribute__((used, aligned(4), section(".note.stoker"))) = {		\
		7, sizeof(info_), 1, "stoker", info_				\
	};									\
	stk_export extern const struct stk_module stk_module;			\
	const struct stk_module stk_module = {					\
		.size = sizeof(struct stk_module),				\
		__VA_ARGS__							\
	}

/*
 * STK_MODULE(target, emu, "1.0", "MIT", .description = ..., .target = &drv);
 * class_ and name_ are bare words, version_ and license_ (SPDX) literals.
 */
#define STK_MODULE(class_, name_, version_, license_, ...)			\
	STK_MODULE_(STK_MODULE_INFO(class_, name_, version_, license_, ""),	\
		    __VA_ARGS__)

/*
 * The same for a module that is mapped when it is asked for alone, not with
 * the others of its class: a chip driver that holds no chips but reads files.
 */
#define STK_MODULE_ON_DEMAND(class_, name_, version_, license_, ...)		\
	STK_MODULE_(STK_MODULE_INFO(class_, name_, version_, license_,		\
				    "load=demand\0"),				\
		    __VA_ARGS__)

/* ---- ELF files, as checked by the core -------------------------------- */

/*
 * The core's view of an ELF file: every offset and length in it was checked
 * against the file before a module sees it. 32-bit and 64-bit, both byte
 * orders; values are in host order. It all belongs to the struct stk_elf.
 */
struct stk_elf;

struct stk_elf_header {
	unsigned int class_bits;	/* 32 or 64 */
	bool big_endian;
	uint16_t type;			/* ET_EXEC 2, ET_DYN 3, ... */
	uint16_t machine;		/* EM_ARM 40, ... */
	uint32_t flags;
	uint64_t entry;
};

struct stk_elf_segment {		/* program headers of type PT_LOAD */
	uint64_t vaddr, paddr, offset, file_size, mem_size, align;
	uint32_t flags;			/* PF_X 1, PF_W 2, PF_R 4 */
	const uint8_t *data;		/* file_size bytes; NULL if 0 */
};

struct stk_elf_section {
	const char *name;
	uint64_t addr, offset, size;
	uint32_t type;			/* SHT_PROGBITS 1, SHT_NOBITS 8, ... */
	uint64_t flags;			/* SHF_WRITE 1, SHF_ALLOC 2, SHF_EXECINSTR 4 */
	const uint8_t *data;		/* size bytes; NULL for NOBITS or empty */
};

struct stk_elf_symbol {
	const char *name;
	uint64_t value, size;
	unsigned int section;		/* index into the sections; 0: undefined */
	uint8_t type, bind;		/* STT_, STB_ */
};

/*
 * Check and index @len bytes (not copied; they must outlive *ret).
 * Not an ELF file, truncated, or out of bounds: -ENOEXEC.
 */
stk_export int stk_elf_new(const void *bytes, size_t len, const char *name,
			   struct stk_elf **ret, struct stk_error *err) stk_must_check;
stk_export void stk_elf_free(struct stk_elf *elf);
stk_export const struct stk_elf_header *stk_elf_header(const struct stk_elf *elf);
stk_export const struct stk_elf_segment *stk_elf_segments(const struct stk_elf *elf,
							  size_t *ret);
/* Index 0 is the null section, as in the file; count 0: no section headers. */
stk_export const struct stk_elf_section *stk_elf_sections(const struct stk_elf *elf,
							  size_t *ret);
/* Defined global symbols of exactly this name, the @nth of them; or NULL. */
stk_export const struct stk_elf_symbol *stk_elf_symbol(const struct stk_elf *elf,
						       const char *name, unsigned int nth);
stk_export bool stk_elf_has_symbols(const struct stk_elf *elf);
/*
 * Every defined symbol in file order, local ones and mapping symbols ($t, $d)
 * included. What @fn returns, if not 0, ends the walk and is returned.
 */
stk_export int stk_elf_each_symbol(const struct stk_elf *elf,
				   int (*fn)(void *data, const struct stk_elf_symbol *sym),
				   void *data);
/*
 * @len file bytes at address @addr as symbol @sym sees them: by its section
 * if it has one, else by the PT_LOAD that starts at @addr, else by the PT_LOAD
 * that holds @addr in its file part, last one first. Bytes past the end of
 * the section or file part are not given: *ret_len may be less than @len.
 * NULL: none.
 */
stk_export const uint8_t *stk_elf_bytes(const struct stk_elf *elf,
					const struct stk_elf_symbol *sym, uint64_t addr,
					size_t len, size_t *ret_len);

/* ---- class format ----------------------------------------------------- */

/* What a format driver fills while it reads a file; opaque. */
struct stk_loader_builder;

/* The functions copy what they are given. */
stk_export int stk_build_device(struct stk_loader_builder *b,
				const struct stk_device *device,
				struct stk_error *err) stk_must_check;
/* Found without its symbol: shown under "recovered". @how is one sentence. */
stk_export int stk_build_recovered(struct stk_loader_builder *b,
				   const struct stk_device *device, const char *how,
				   struct stk_error *err) stk_must_check;
/* A function under its own symbol name; looks the symbol up, absent is 0. */
stk_export int stk_build_function(struct stk_loader_builder *b, const char *symbol,
				  enum stk_op op, struct stk_error *err) stk_must_check;
/*
 * Where the device table is: the addresses that its symbol spans, and of its
 * bytes in the file those up to and with the terminator. A segment that holds
 * nothing else is not part of the image. A second call, for the table of
 * another format in the same file, only does the latter.
 */
stk_export void stk_build_table(struct stk_loader_builder *b, struct stk_range table,
				const void *bytes, size_t len);
/* Linked to run anywhere, with R9 as static base. */
stk_export void stk_build_position_independent(struct stk_loader_builder *b, bool yes);
stk_export void stk_build_static_base(struct stk_loader_builder *b, uint64_t addr);

/* What an id stands for; it never changes its meaning. */
struct stk_rule {
	const char *id;		/* "STK-S006"; docs/findings/ has a page for each of ours */
	enum stk_level level;
	const char *title;	/* "device name is not the file name" */
	/*
	 * Where one host alone minds: a key of [host.NAME.change.KEY] or
	 * [other.NAME.change.KEY] in core/facts/hosts.toml; else NULL.
	 */
	const char *change;
};

/*
 * Add "title: detail". Nothing where the rule's host does not take loaders of
 * this format. An unknown change: -EINVAL.
 */
stk_export int stk_build_finding(struct stk_loader_builder *b,
				 const struct stk_rule *rule, struct stk_error *err,
				 const char *fmt, ...) stk_printf(4, 5);

/* Why a host calls Init: FLM's third argument; other formats ignore it. */
enum stk_phase {
	STK_PHASE_ERASE = 1,
	STK_PHASE_PROGRAM = 2,
	STK_PHASE_VERIFY = 3,
	STK_PHASE_BLANK_CHECK = 4,
};

/* One thing a host wants done, in the common vocabulary. */
struct stk_request {
	enum stk_op op;
	enum stk_phase phase;	/* INIT, UNINIT */
	uint64_t addr, len;	/* erase, program, verify, read, blank-check, checksum */
	uint64_t last;		/* erase: what the host passes as the end address */
	uint64_t buffer;	/* target address of the data */
	uint32_t clock_hz;	/* INIT: 0 if the host does not know */
	uint32_t init_r0;	/* INIT: what the host puts into R0 where the format does not say */
	uint32_t parallelism;	/* erase: 0 x8, 1 x16, 2 x32, 3 x64 */
	bool has_byte_sum;	/* verify, checksum: byte_sum is known */
	uint32_t byte_sum;	/* sum of the data's bytes, modulo 2^32 */
};

/* The same as a function and registers. */
struct stk_abi_call {
	const struct stk_function *function;
	uint32_t r[4];
	unsigned int n_args;
};

struct stk_abi_result {
	uint32_t r0, r1;
};

/* How far a result can be trusted to mean what it says. */
enum stk_meaning {
	STK_MEANS_OK,
	STK_MEANS_FAILED,
	STK_MEANS_UNKNOWN,
};

struct stk_format_driver {
	size_t size;
	const char *name;
	const char *suffix;	/* "FLM": for messages only, never to decide */
	/* Init and UnInit surround each phase, and Init is told the phase. */
	bool phased;
	/* PROGRAM takes at most one page per call; else any length. */
	bool page_limited;
	/* ERASE_SECTOR takes one sector; else a range. */
	bool erase_one;

	/*
	 * Is it ours? Looks at symbols, never at the file's name. 0: no;
	 * higher is surer, 100 the most. No side effects.
	 */
	int (*probe)(const struct stk_elf *elf);
	/*
	 * Read device table and functions into @b. A table that cannot be
	 * decoded is -ENOEXEC. Lint findings are no errors.
	 */
	int (*parse)(const struct stk_elf *elf, struct stk_loader_builder *b,
		     struct stk_error *err);
	/*
	 * The file has no usable symbols: find the table by shape, if it can
	 * be done with certainty, and stk_build_recovered() it. Optional.
	 * Returns 1 if something was recovered, else 0, or a negative errno.
	 */
	int (*recover)(const struct stk_elf *elf, struct stk_loader_builder *b,
		       struct stk_error *err);
	/*
	 * Turn a request into a call. -ENOSYS: the loader has no such
	 * function (cause "function-missing"). -EINVAL: cannot be expressed.
	 */
	int (*marshal)(const struct stk_loader_info *loader, const struct stk_request *req,
		       struct stk_abi_call *ret, struct stk_error *err);
	/* What does the result mean; one short phrase into @text. */
	enum stk_meaning (*judge)(const struct stk_loader_info *loader,
				  const struct stk_request *req,
				  const struct stk_abi_result *res, char *text,
				  size_t text_len);

	/*
	 * Findings that only this format knows of, by stk_build_finding(),
	 * once @loader is complete. Also called where error.code is set; then
	 * the device may be NULL. Optional.
	 */
	int (*lint)(const struct stk_loader_info *loader, struct stk_loader_builder *b,
		    struct stk_error *err);
	/*
	 * The other way round: the request that registers given by hand amount
	 * to, as far as judge() goes by it. Optional: without it, what a
	 * function returns to a call by hand is judged by nobody.
	 */
	void (*unmarshal)(const struct stk_loader_info *loader,
			  const struct stk_abi_call *call, struct stk_request *ret);
};

/* ---- class analysis --------------------------------------------------- */

/* A symbol as far as an analysis minds. */
enum stk_code_symbol_kind {
	STK_CODE_SYMBOL_FUNCTION,
	STK_CODE_SYMBOL_OBJECT,
	STK_CODE_SYMBOL_CODE_FROM,	/* mapping symbol $t */
	STK_CODE_SYMBOL_DATA_FROM,	/* mapping symbol $d */
};

struct stk_code_symbol {
	const char *name;
	uint64_t address, size;		/* no Thumb bit; size 0: not given */
	enum stk_code_symbol_kind kind;
	enum stk_op op;
	bool entry;			/* a host calls it */
};

/* What an analysis gets to read: the image as linked. */
struct stk_code_input {
	size_t size;
	const struct stk_loader_info *loader;
	const struct stk_chunk *chunks;	/* ascending, disjoint */
	size_t n_chunks;
	const struct stk_code_symbol *symbols;	/* by address */
	size_t n_symbols;
};

/* What an analysis fills; opaque. */
struct stk_code_builder;

/* Copies the function and all its arrays, in any order; the core sorts them. */
stk_export int stk_build_code_function(struct stk_code_builder *b,
				       const struct stk_code_function *function,
				       struct stk_error *err) stk_must_check;

/* Needs both operations; of several modules the first that has them is used. */
struct stk_analysis_driver {
	size_t size;
	const char *name;
	/*
	 * Follow the code from the symbols and find what struct
	 * stk_code_function holds. Any bytes may come: damaged code is no
	 * error, and the walk is bounded.
	 */
	int (*analyse)(const struct stk_code_input *in, struct stk_code_builder *b,
		       struct stk_error *err);
	/*
	 * A listing of the function at @address, literal pool included; -ENOENT:
	 * none begins there. @line has copied what it needs when it returns.
	 */
	int (*list)(const struct stk_code_input *in, uint64_t address,
		    void (*line)(void *data, const struct stk_code_line *line),
		    void *data, struct stk_error *err);
};

/* ---- class image ------------------------------------------------------ */

struct stk_image_builder;

/*
 * Add bytes at an address (copied). The core sorts, joins, refuses bytes given
 * twice with different values, addresses that wrap at 4 GiB, and totals over
 * the cap; @where ("line 12") goes into its sentence.
 */
stk_export int stk_image_add(struct stk_image_builder *b, uint64_t addr,
			     const void *bytes, size_t len, const char *where,
			     struct stk_error *err) stk_must_check;
stk_export void stk_image_set_entry(struct stk_image_builder *b, uint64_t entry);

struct stk_image_driver {
	size_t size;
	const char *name;
	/* 0: not this format; higher is surer, 100 the most. No side effects. */
	int (*probe)(const uint8_t *bytes, size_t len);
	/*
	 * @name is for sentences. The core itself adds @opt->base to every
	 * address and to the entry: a raw binary only insists on has_base
	 * (cause "base-needed") and adds its bytes at 0.
	 */
	int (*parse)(const char *name, const uint8_t *bytes, size_t len,
		     const struct stk_image_options *opt, struct stk_image_builder *b,
		     struct stk_error *err);
};

/* ---- class chip ------------------------------------------------------- */

/* A number a peripheral model or a rule needs: "page_erase_us" = 22020. */
struct stk_fact {
	const char *key;
	uint64_t value;
	const char *source;	/* "RM0440 3.3.5" */
};

struct stk_field {
	const char *name;
	uint8_t lsb, width;
};

struct stk_register {
	const char *name;
	uint32_t offset;
	uint32_t reset;		/* value after a system reset */
	const struct stk_field *fields;
	size_t n_fields;
};

/* A register block. @model names the code that plays it on a virtual chip. */
struct stk_peripheral {
	const char *name;	/* "FLASH" */
	const char *model;	/* "flash-g4"; NULL: no model, reads as written */
	uint64_t base;
	uint32_t length;
	const struct stk_register *registers;
	size_t n_registers;
	const struct stk_fact *facts;
	size_t n_facts;
	const char *source;
};

enum stk_memory_kind {
	STK_MEM_RAM,
	STK_MEM_FLASH,		/* internal, programmable */
	STK_MEM_EXTERNAL,	/* window of an external memory controller */
	STK_MEM_ROM,		/* system memory, OTP, information words */
};

struct stk_memory {
	const char *name;	/* "SRAM1", "FLASH", "QUADSPI" */
	enum stk_memory_kind kind;
	uint64_t start, size;
	/*
	 * RAM: loaders go to the lowest preference first; 0: never (ITCM on a
	 * chip whose DMA or core cannot use it for loaders, CCM without code).
	 */
	uint8_t preference;
	const char *source;
	/* The memory whose cells are seen here a second time; NULL: its own. */
	const char *alias;
};

/* Sectors of the internal flash in one option state. */
struct stk_bank {
	const char *name;	/* "bank 1" */
	const char *state;	/* "dbank=1"; "" where the chip has only one */
	const struct stk_region *regions;
	size_t n_regions;
	const char *source;
};

/* A place whose value tells the chip: read @address, mask, compare. */
struct stk_identity {
	uint64_t address;
	uint32_t mask, value;
	const char *source;
};

struct stk_chip {
	size_t size;
	const char *name;	/* "STM32G431CB" */
	const char *family;	/* "STM32G4" */
	const char *core;	/* "cortex-m4" */
	uint32_t clock_hz;	/* core clock after reset */
	uint32_t flash_kib;
	const char *default_nor;	/* part on the external bus; NULL: none */
	const struct stk_identity *identity;
	size_t n_identity;
	const struct stk_memory *memories;
	size_t n_memories;
	const struct stk_bank *banks;
	size_t n_banks;
	const struct stk_peripheral *peripherals;
	size_t n_peripherals;
	const char *source;	/* the reference manual */
};

/* A constant whose sight in code means something: "0x08192A3B" opens FLASH_OPTKEYR. */
enum stk_signature_kind {
	STK_SIGNATURE_FLASH_KEY,	/* unlocks the flash control register */
	STK_SIGNATURE_OPTION_KEY,	/* unlocks the option bytes */
	STK_SIGNATURE_WATCHDOG_KEY,	/* 16 bits: only a store to IWDG_KR proves it */
	STK_SIGNATURE_POWER_KEY,	/* unlocks the flash's power-down */
	STK_SIGNATURE_RESET_KEY,	/* resets the chip */
};

struct stk_signature {
	uint32_t value;
	enum stk_signature_kind kind;
	const char *name;		/* "FLASH_OPTKEYR key 1" */
	const char *families;		/* "STM32G4 STM32L4 ..."; "all" */
	const char *source;
};

/* A memory part that names of loaders give away. */
struct stk_part {
	const char *name;		/* "W25Q128"; letters after it do not matter */
	uint64_t size;
	uint32_t page_size;
	const uint32_t *erase_sizes;	/* ascending, the whole part excluded */
	size_t n_erase_sizes;
	const char *source;
	/*
	 * Dies behind chip selects of their own that the numbers above are
	 * for, side by side (MT25TL01G: 2); one alone is half of each. 1 mostly.
	 */
	unsigned int dies;
};

enum stk_fpu {
	STK_FPU_NONE,
	STK_FPU_SINGLE,
	STK_FPU_DOUBLE,
};

/*
 * Chips as far as names of loaders tell them apart, also those that have no
 * struct stk_chip: what none of them exceeds.
 */
struct stk_kin {
	const char *family;		/* "STM32F4" */
	const char *names;		/* without "STM32": "F405 F407" */
	const char *core;		/* "cortex-m4" */
	enum stk_fpu fpu;		/* the most that any of them has */
	uint64_t flash_start;
	uint64_t flash_alias;		/* where it is seen again (secure, TCM); 0: nowhere */
	uint32_t flash_kib;		/* the largest; 0: no internal flash */
	uint64_t ram_start;
	uint32_t ram_kib;		/* from ram_start on, the smallest */
	const uint16_t *dev_ids;	/* DBGMCU_IDCODE.DEV_ID */
	size_t n_dev_ids;
	const char *source;
};

/* Data, walked by the core; or a reader of chips that somebody else describes. */
struct stk_chip_driver {
	size_t size;
	const char *name;
	const struct stk_chip *const *chips;
	size_t n_chips;

	/* ---- optional from here ---- */
	const struct stk_signature *signatures;
	size_t n_signatures;
	const struct stk_part *parts;
	size_t n_parts;
	const struct stk_kin *kin;
	size_t n_kin;
	/* What every Cortex-M has, where nothing is known of the chip. */
	const struct stk_peripheral *core_peripherals;
	size_t n_core_peripherals;
	/*
	 * For a driver that reads chips out of files (STK_MODULE_ON_DEMAND).
	 * probe: 0: not this format; higher is surer, 100 the most.
	 */
	int (*probe)(const uint8_t *bytes, size_t len);
	/*
	 * @bytes are somebody's and gone after the call; @name is for
	 * sentences. *ret is valid until release().
	 */
	int (*read)(const char *name, const uint8_t *bytes, size_t len,
		    const struct stk_chip **ret, struct stk_error *err);
	void (*release)(const struct stk_chip *chip);
};

/* Helpers over chip facts. NULL or @fallback when absent. */
stk_export const struct stk_peripheral *stk_chip_peripheral(const struct stk_chip *chip,
							    const char *name);
stk_export const struct stk_peripheral *stk_chip_peripheral_at(const struct stk_chip *chip,
							       uint64_t addr);
stk_export const struct stk_register *stk_peripheral_register(
	const struct stk_peripheral *p, const char *name);
stk_export const struct stk_memory *stk_chip_memory_at(const struct stk_chip *chip,
						       uint64_t addr);
stk_export uint64_t stk_peripheral_fact(const struct stk_peripheral *p, const char *key,
					uint64_t fallback);
/* What lies at an address. */
struct stk_register_place {
	const struct stk_peripheral *peripheral;
	const struct stk_register *reg;	/* NULL: none that is known */
	uint32_t offset;		/* from it, else from the peripheral's base */
};

/*
 * By the facts of @chip, which may be NULL, and those that hold for every
 * Cortex-M; false: nothing is known there.
 */
stk_export bool stk_register_at(struct stk_ctx *ctx, const struct stk_chip *chip,
				uint64_t addr, struct stk_register_place *ret);
/* "FLASH_CR", "QUADSPI_DR+1", "TAMP+0x10"; NULL: nothing is known there. */
stk_export const char *stk_register_name(struct stk_ctx *ctx, const struct stk_chip *chip,
					 uint64_t addr, char *buf, size_t len);
/* "0x00000010 (WRPERR)": @value with the names of its fields; returns @buf. */
stk_export const char *stk_register_text(const struct stk_register *r, uint32_t value,
					 char *buf, size_t len);

/* ---- class target ----------------------------------------------------- */

/* Core registers, in the order of a GDB target description for M-profile. */
enum stk_reg {
	STK_REG_R0,		/* R1 to R12 follow */
	STK_REG_R9 = 9,
	STK_REG_SP = 13,
	STK_REG_LR,
	STK_REG_PC,
	STK_REG_XPSR,
	STK_REG_PRIMASK,
	STK_REG_CONTROL,
	STK_REG_COUNT
};

/* As many as valid has bits: registers to come have their place already. */
#define STK_REG_ROOM	32

struct stk_regs {
	uint32_t r[STK_REG_ROOM];
	uint32_t valid;		/* bit n: r[n] was given or shall be set */
};

enum stk_stop_reason {
	STK_STOP_BREAK,		/* a breakpoint set with break_set() */
	STK_STOP_HALTED,	/* halt() or wake() */
	STK_STOP_FAULT,		/* HardFault entered, or lockup */
	STK_STOP_STUCK,		/* a loop that no event can end (virtual chips) */
	STK_STOP_RESET,		/* the chip was reset from inside or outside */
	STK_STOP_LOST,		/* the link is gone */
};

struct stk_stop {
	enum stk_stop_reason reason;
	uint64_t pc;
	char text[160];		/* for people: "bus fault: store to 0x50000000"; may be "" */
};

/* What observe() carries: the world behind the target, for people and diagnosis. */
enum stk_observation_kind {
	STK_OBS_BUS,		/* a register access by the core: len bytes wide */
	STK_OBS_RULE,		/* a rule of the chip model refused or altered something */
	STK_OBS_FLASH,		/* the flash array changed: range, text "erase" or "program" */
				/* (value: a digest of what it holds there now) */
	STK_OBS_RAM_WRITE,	/* a store outside the ranges given to watch */
	STK_OBS_STACK,		/* SP went below the limit given to watch */
	STK_OBS_EXCEPTION,	/* an exception was taken: number in value */
	STK_OBS_NO_EFFECT,	/* the BUS write just told left all as it was */
	STK_OBS_COUNT
};

struct stk_observation {
	size_t size;
	enum stk_observation_kind kind;
	uint64_t ns, pc, addr, value, len;
	bool write;
	const char *peripheral, *reg;	/* BUS: names, may be NULL */
	const char *rule;		/* RULE: stable id "g4-stale-flags" */
	const char *basis;		/* RULE: "manual", "observed", "assumed" */
	const char *source;		/* RULE: document and section */
	const char *text;		/* one sentence */
};

typedef void (*stk_observer)(void *data, const struct stk_observation *obs);

/* What the loader may write, and how deep its stack may go. */
struct stk_watch {
	size_t size;
	const struct stk_range *writable;
	size_t n_writable;
	uint32_t stack_limit;	/* lowest SP allowed; 0: not watched */
};

/* A way in which a virtual chip can be made to fail. */
struct stk_failure {
	const char *name;	/* "write-protected", "stuck-sector", "wrong-jedec-id" */
	const char *summary;	/* one sentence: what is wrong with the chip now */
	bool place;		/* it is somewhere: fail() takes a range */
	bool external;		/* it is the external memory's, not the chip's own */
};

/* Another reading of a rule whose basis is "assumed". */
struct stk_variant {
	const char *rule;	/* "g4-bker-without-bank-2" */
	const char *variant;	/* "ignored" */
	bool now;		/* it is the one in force */
};

struct stk_target_facts {
	size_t size;			/* set by whoever wants to know; the rest is zeroed */
	const struct stk_chip *chip;	/* NULL: not known */
	char description[128];
	bool virtual_time;
	bool code_in_ram_breaks;	/* a BKPT opcode in RAM stops the core as break_set() does */
	/* RAM, where the target knows that and not the chip; it belongs to the target. */
	const struct stk_range *ram;
	size_t n_ram;
};

/*
 * A target: a halted or running Cortex-M core and its memory. Unless noted,
 * operations are called with the core halted and may block for as long as the
 * link needs. -EIO: the access was refused by the chip (bus fault), the
 * target is usable. -ENOTCONN: the target is gone.
 */
struct stk_target_driver {
	size_t size;
	const char *name;
	size_t priv_size;	/* the core allocates it zeroed and frees it after close */

	/*
	 * @address is what follows "NAME:" up to the first comma; options
	 * "key=value" follow, NULL-ended. An unknown option is -EINVAL and
	 * names those known. Both are valid during the call only. On failure
	 * close() is not called.
	 */
	int (*open)(void *priv, struct stk_ctx *ctx, const char *address,
		    const char *const *options, struct stk_error *err);
	void (*close)(void *priv);
	int (*describe)(void *priv, struct stk_target_facts *ret, struct stk_error *err);
	/* As a debugger sees memory. Partial success is failure. */
	int (*read)(void *priv, uint64_t addr, void *buf, size_t len,
		    struct stk_error *err);
	int (*write)(void *priv, uint64_t addr, const void *buf, size_t len,
		     struct stk_error *err);
	/* Fill every register it can and set the valid bits. */
	int (*get_regs)(void *priv, struct stk_regs *ret, struct stk_error *err);
	/* Set those whose valid bit is set. */
	int (*set_regs)(void *priv, const struct stk_regs *regs, struct stk_error *err);
	/* Stop before the instruction at @addr. At least two at a time. */
	int (*break_set)(void *priv, uint64_t addr, struct stk_error *err);
	int (*break_clear)(void *priv, uint64_t addr, struct stk_error *err);
	/* Let the core run; returns at once. */
	int (*resume)(void *priv, struct stk_error *err);
	/*
	 * Wait until the core stops, at most @budget_ns of now()'s time.
	 * 0 and *ret filled: it stopped. -ETIMEDOUT: it still runs (no error
	 * filled). A virtual chip executes only inside wait().
	 */
	int (*wait)(void *priv, uint64_t budget_ns, struct stk_stop *ret,
		    struct stk_error *err);
	int (*halt)(void *priv, struct stk_error *err);
	/* Reset the chip and leave it halted before its first instruction. */
	int (*reset)(void *priv, struct stk_error *err);
	/* A clock that never goes back, in nanoseconds. */
	uint64_t (*now)(void *priv);

	/* ---- optional from here ---- */
	int (*step)(void *priv, struct stk_stop *ret, struct stk_error *err);
	/* Set registers and resume in one round trip. */
	int (*call)(void *priv, const struct stk_regs *regs, struct stk_error *err);
	/* Read or write memory while the core runs. */
	int (*mem_while_running)(void *priv, bool write, uint64_t addr, void *buf,
				 size_t len, struct stk_error *err);
	/*
	 * A command to the target's own world ("power-cut", "flash-compare
	 * ..."); the answer for people goes to @out through @print.
	 */
	int (*monitor)(void *priv, const char *command,
		       void (*print)(void *out, const char *text), void *out,
		       struct stk_error *err);
	/* Send observations of the kinds in @mask (bit n: kind n) to @fn; NULL: none. */
	int (*observe)(void *priv, unsigned int mask, stk_observer fn, void *data,
		       struct stk_error *err);
	/* What OBS_RAM_WRITE and OBS_STACK compare with; NULL ends it. Copied. */
	int (*watch)(void *priv, const struct stk_watch *watch, struct stk_error *err);
	/* Have wait() return soon with STK_STOP_HALTED. Async-signal-safe. */
	void (*wake)(void *priv);
	/*
	 * Wrappers only: called before open with the target inside, which the
	 * wrapper forwards to with the stk_inner_ functions below.
	 */
	void (*wrap)(void *priv, struct stk_target *inner);

	/*
	 * Virtual chips, from here to perturb().
	 *
	 * The flash cells behind [addr, addr + len), whatever the chip would
	 * let a core or a debugger see: read into @buf, or with @write put
	 * there at once, no rule of flash applied. @addr is where the memory
	 * map has them, or would have them if the controller of an external
	 * memory were in mapped mode. Not all of them cells: -ENXIO.
	 */
	int (*cells)(void *priv, bool write, uint64_t addr, void *buf, size_t len,
		     struct stk_error *err);
	/* What fail() knows on this chip; the array belongs to the target. */
	const struct stk_failure *(*failures)(void *priv, size_t *ret_count);
	/*
	 * From now on the chip fails this way; several add up. @where is read
	 * where the failure has a place, and is a range of flash. It survives
	 * resets and ends with the target. Unknown: -EINVAL.
	 */
	int (*fail)(void *priv, const char *name, struct stk_range where,
		    struct stk_error *err);
	/* Every reading of every assumed rule that this chip has. */
	const struct stk_variant *(*variants)(void *priv, size_t *ret_count);
	/* Put another reading in force. Unknown: -EINVAL. */
	int (*vary)(void *priv, const char *rule, const char *variant,
		    struct stk_error *err);
	/*
	 * Loads by the core from the register at @addr yield @value in the
	 * bits of @mask, whatever the register holds; a debugger sees the
	 * truth. @mask 0: no longer. Up to 16 registers at a time.
	 */
	int (*perturb)(void *priv, uint64_t addr, uint32_t mask, uint32_t value,
		       struct stk_error *err);

	/* ---- targets behind a link ---- */

	/* What went over it since open(). */
	void (*link_stats)(void *priv, struct stk_link_stats *ret);
	/*
	 * Targets that are behind a GDB server themselves, for a GDB server in
	 * front of them: packets pass as they are. Begin: a new connection, with
	 * nothing negotiated, replaces the target's own; until relay_end() the
	 * operations above may still be used between a packet's reply and the next
	 * packet (the core is halted then), and find out anew what they remember.
	 * End: close that connection as a client does that goes.
	 */
	int (*relay_begin)(void *priv, struct stk_error *err);
	void (*relay_end)(void *priv);
	/* The payload of a packet, framed and acknowledged on the way; or the lone 0x03. */
	int (*relay_send)(void *priv, const void *packet, size_t len, struct stk_error *err);
	int (*relay_interrupt)(void *priv, struct stk_error *err);
	/*
	 * The payload of the next packet from there, at most @timeout_ms; valid until
	 * the next operation. *@ret_notification: it was one ('%'). -ETIMEDOUT: none.
	 */
	int (*relay_receive)(void *priv, int timeout_ms, const void **ret, size_t *ret_len,
			     bool *ret_notification, struct stk_error *err);
	/* For poll(): readable when relay_receive() may have something. */
	int (*relay_fd)(void *priv);
};

/* For wrappers: the operations of the target inside, one for one. */
stk_export const struct stk_target_driver *stk_inner_driver(struct stk_target *inner);
stk_export void *stk_inner_priv(struct stk_target *inner);

/* ---- class server ----------------------------------------------------- */

/*
 * A server puts a board on a socket. The core owns the loop: it waits for the
 * descriptors of all servers of the board, calls ready() of those that have
 * something, and lets the core of the chip run in slices in between; so a
 * server never blocks but in an operation of the target or in a flash job.
 */
struct pollfd;

struct stk_server_driver {
	size_t size;
	const char *name;
	size_t priv_size;	/* the core allocates it zeroed and frees it after close */

	/* On failure close() is not called. @address and @options as in stk_board_listen(). */
	int (*open)(void *priv, struct stk_ctx *ctx, struct stk_board *board,
		    const char *address, const char *const *options, struct stk_error *err);
	void (*close)(void *priv);
	/* Where clients find it: "127.0.0.1:61234". Valid until close(). */
	const char *(*where)(void *priv);
	/* Fill at most @most; how many. Called before each wait. */
	size_t (*poll)(void *priv, struct pollfd *fds, size_t most);
	/*
	 * What poll() gave, with revents; some are ready. Negative: the board
	 * cannot be served any more (the target is gone); a client that is gone
	 * or talks nonsense is no failure.
	 */
	int (*ready)(void *priv, const struct pollfd *fds, size_t n, struct stk_error *err);
	/* The core stopped, by itself or through another server. */
	int (*stopped)(void *priv, const struct stk_stop *stop, struct stk_error *err);
};

/* ---- what servers use ---- */

/* For stk_inner_driver() and stk_inner_priv(): the operations of the board's target. */
stk_export struct stk_target *stk_board_target(struct stk_board *board);
stk_export const struct stk_target_facts *stk_board_facts(struct stk_board *board);
/* One line through the board's say(). */
stk_export void stk_board_say(struct stk_board *board, const char *fmt, ...) stk_printf(2, 3);
/* A client came or went; said, too. @peer: who it is, "127.0.0.1:51234". */
stk_export void stk_board_client(struct stk_board *board, const char *peer, bool came);

/* The core's running is the board's: resume and halt it only by these. */
stk_export bool stk_board_running(const struct stk_board *board);
stk_export int stk_board_resume(struct stk_board *board, struct stk_error *err);
/* Halt it; every other server is told through stopped(). */
stk_export int stk_board_halt(struct stk_board *board, struct stk_stop *ret,
			      struct stk_error *err);
/* stk_board_serve() ends with 0 after this. */
stk_export void stk_board_end(struct stk_board *board);

/* RAM as the chip, the target or --ram say; it belongs to the board. */
stk_export const struct stk_range *stk_board_ram(struct stk_board *board, size_t *ret_count);

/* A run of equal sectors that a loader of the board writes. */
struct stk_board_region {
	struct stk_range range;
	uint32_t sector;	/* bytes that are erased at once */
	uint8_t erased;
	const struct stk_loader *loader;
};

/* By address; they do not overlap. */
stk_export const struct stk_board_region *stk_board_regions(struct stk_board *board,
							    size_t *ret_count);

/* Sectors to be erased and bytes to be put there; both in any order. */
struct stk_board_write {
	size_t size;
	const struct stk_range *erase;
	size_t n_erase;
	const struct stk_chunk *chunks;
	size_t n_chunks;
};

/*
 * One verified job with the board's loaders: afterwards @erase is erased but
 * for what @chunks put there, and nothing else has changed. A core that runs
 * is halted first; afterwards it is reset and halted, its RAM put back.
 * *@ret_said, may be NULL: one line for people, valid until the next job. On
 * failure nothing of it is promised; @err has the cause, as a sentence, which
 * the board has said by then, with the evidence and what to try.
 */
stk_export int stk_board_flash(struct stk_board *board, const struct stk_board_write *write,
			       const char **ret_said, struct stk_error *err) stk_must_check;

/*
 * Flash that the target's read() does not see, as one of the board's loaders reads
 * it: all of @range. The core was halted and is, not reset, its registers and RAM as
 * they were; what was staged is so no more, and the memory may be visible from now on.
 */
stk_export int stk_board_read(struct stk_board *board, struct stk_range range, void *buf,
			      struct stk_error *err) stk_must_check;

/*
 * For people who debug a loader: put the one that has @function into RAM and
 * set the registers so that the next resume calls it with @args; it returns to
 * a breakpoint at *@ret_trap. @function may say which loader, where several
 * have it: "STM32G4xx.FLM:Init". The chip is reset and the loader loaded for
 * Init, for another loader than before, and after a job; else it is called as
 * it stands there. *@ret_said, valid until the next: where it lies, and how gdb
 * gets its symbols. What it returns is said.
 */
stk_export int stk_board_stage(struct stk_board *board, const char *function,
			       const uint32_t *args, unsigned int n_args,
			       uint64_t *ret_trap, const char **ret_said,
			       struct stk_error *err) stk_must_check;

/* ---- class container --------------------------------------------------- */

/* What a container driver fills while it describes what it holds; opaque. */
struct stk_pack_builder;

/*
 * All of these copy what they are given. A file: the number of the first is 0,
 * and read() below goes by these numbers. @path has "/" between folders; one
 * that is absolute, leaves the container, has a backslash or a drive letter, or
 * was given before (in any case), has the whole container refused with
 * STK_ORIGIN_INPUT, as are more files than a pack can have.
 */
stk_export int stk_build_pack_file(struct stk_pack_builder *b, const char *path,
				   uint64_t size, struct stk_error *err) stk_must_check;
/*
 * @kind: "pack", "folder", "pdsc". @pdsc is the path of the .pdsc; the names
 * of algorithms are relative to its folder. With @all_files the files given
 * are all there are; else only those that the .pdsc names, as far as they exist.
 */
stk_export int stk_build_pack_kind(struct stk_pack_builder *b, const char *kind,
				   const char *pdsc, bool all_files,
				   struct stk_error *err) stk_must_check;
/* NULL: not given (yet). */
stk_export int stk_build_pack_name(struct stk_pack_builder *b, const char *vendor,
				   const char *name, const char *version,
				   struct stk_error *err) stk_must_check;
/*
 * An element that holds others begins: what follows belongs to it, up to the
 * matching leave(). @vendor may be NULL. Levels nest only as family, subFamily,
 * device, variant do, with some left away; a board stands alone: else -EINVAL.
 */
stk_export int stk_build_pack_enter(struct stk_pack_builder *b, enum stk_pack_level level,
				    const char *name, const char *vendor,
				    struct stk_error *err) stk_must_check;
stk_export int stk_build_pack_leave(struct stk_pack_builder *b,
				    struct stk_error *err) stk_must_check;
/*
 * As written in the .pdsc; the core sets level and file. A name that leaves the
 * pack, or a range of no bytes, becomes a finding, and the element is ignored.
 */
stk_export int stk_build_pack_memory(struct stk_pack_builder *b,
				     const struct stk_pack_memory *memory,
				     struct stk_error *err) stk_must_check;
stk_export int stk_build_pack_algorithm(struct stk_pack_builder *b,
					const struct stk_pack_algorithm *algorithm,
					struct stk_error *err) stk_must_check;
/* An element in line @line of the .pdsc that no host can use: a finding. */
stk_export int stk_build_pack_unusable(struct stk_pack_builder *b, unsigned int line,
				       struct stk_error *err, const char *fmt, ...)
	stk_printf(4, 5);

/*
 * Reads loaders, and what is said about them, out of something that holds
 * several. It never writes anything. What it reads is hostile until checked:
 * sizes that are not true, names that lead elsewhere, and files that grow.
 */
struct stk_container_driver {
	size_t size;
	const char *name;
	size_t priv_size;	/* the core allocates it zeroed and frees it after close */

	/*
	 * Is @path one of ours? 0: no; higher is surer, 100 the most. It may
	 * open the file and look at its first bytes. No side effects.
	 */
	int (*probe)(const char *path);
	/* On failure close() is not called. A file that is none of ours: -ENOEXEC. */
	int (*open)(void *priv, const char *path, struct stk_error *err);
	/*
	 * Called once, after open(): first the files, then stk_build_pack_kind(),
	 * then what the .pdsc says. A damaged directory or .pdsc is -ENOEXEC.
	 */
	int (*describe)(void *priv, struct stk_pack_builder *b, struct stk_error *err);
	/*
	 * All bytes of a file, by number; free() frees *ret, which is not NULL
	 * even for an empty one. More than @max: -EFBIG; encrypted, damaged, or of
	 * another size than its directory says: -ENOEXEC; other files stay readable.
	 */
	int (*read)(void *priv, size_t file, uint64_t max, uint8_t **ret, size_t *ret_len,
		    struct stk_error *err);
	void (*close)(void *priv);
};

/* ---- for any module --------------------------------------------------- */

/* Value of the parameter "module.name", or NULL. Valid as long as @ctx. */
stk_export const char *stk_param(const struct stk_ctx *ctx, const char *module,
				 const char *name);
/* A trace line to the context's log; leaves errno alone. */
stk_export void stk_log(const struct stk_ctx *ctx, const char *fmt, ...) stk_printf(2, 3);
/* Whole-string number, decimal or 0x; K and M suffixes; -EINVAL. */
stk_export int stk_parse_u64(const char *text, uint64_t *ret) stk_must_check;

#ifdef __cplusplus
}
#endif

#endif
