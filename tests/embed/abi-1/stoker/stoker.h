/* SPDX-License-Identifier: MIT */
/*
 * stoker.h - the embedding API of libstoker
 *
 * Read a loader (a CubeProgrammer .stldr or a CMSIS-Pack .FLM), read a
 * firmware image, plan, and run the loader on a target:
 *
 *	stk_ctx_new()		find the modules
 *	stk_loader_open()	a loader file becomes checked facts
 *	stk_image_open()	a firmware file becomes ranges of bytes
 *	stk_target_open()	"emu:stm32g431cb", "gdb:host:port"
 *	stk_plan_new()		everything that will happen, before it happens
 *	stk_job_run()		make it happen, verify it, report it
 *
 * Rules that hold for every function here:
 *  - A function that can fail returns 0 or a negative errno and fills the
 *    struct stk_error it is given (which may be NULL) with one sentence.
 *  - Out-parameters come last but the error, are called ret, and are written
 *    on success only.
 *  - Opaque objects have _new/_open and _free/_close; the latter accept NULL.
 *  - What a _info() accessor returns belongs to the object and is valid as
 *    long as it is.
 *  - Nothing here prints, exits, aborts or keeps global state. One context,
 *    with all that was made from it, belongs to one thread at a time; contexts
 *    are independent, so several threads may work at once with one each.
 *  - Addresses are 64-bit target addresses, extents are (start, length).
 *  - Structs that a caller fills begin with their size, set by
 *    = { .size = sizeof(x) }; fields are only ever appended. Structs that
 *    the library returns one by one grow at their end; elements of arrays, and
 *    what the library fills in a struct of the caller's, stay as they are.
 */
#ifndef STOKER_STOKER_H
#define STOKER_STOKER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define stk_printf(fmt, args)	__attribute__((format(printf, fmt, args)))
#define stk_must_check		__attribute__((warn_unused_result))
#define stk_export		__attribute__((visibility("default")))

/* ---- errors ----------------------------------------------------------- */

/*
 * Who has to act. The command's exit codes follow from this and nothing else.
 */
enum stk_origin {
	STK_ORIGIN_NONE,	/* no error */
	STK_ORIGIN_USAGE,	/* the caller's or the user's arguments */
	STK_ORIGIN_INPUT,	/* an input file */
	STK_ORIGIN_LOADER,	/* the loader or the flash said no */
	STK_ORIGIN_TARGET,	/* the target, its link, or a module */
	STK_ORIGIN_DATABASE,	/* the loader database or an install */
	STK_ORIGIN_UNVERIFIED,	/* written, but nothing could verify it */
	STK_ORIGIN_INTERNAL,	/* our own fault, or out of memory */
	STK_ORIGIN_INTERRUPTED,	/* the user stopped it */
};

struct stk_error {
	int code;		/* positive errno; 0: no error */
	enum stk_origin origin;
	char cause[40];		/* stable id for machines: "ram-too-small" */
	char msg[472];		/* one sentence, no newline, names file or address */
};

/*
 * Fill @err (may be NULL) and return -@code, so that failing is one line.
 * @cause is a stable lower-case id of at most 39 bytes.
 */
stk_export int stk_fail(struct stk_error *err, enum stk_origin origin, int code,
			const char *cause, const char *fmt, ...) stk_printf(5, 6);

/* Fill @err with "out of memory" and return -ENOMEM. */
stk_export int stk_fail_nomem(struct stk_error *err);

/* ---- ranges ----------------------------------------------------------- */

struct stk_range {
	uint64_t addr;
	uint64_t len;
};

/* addr + len does not run past the top of the address space, and len != 0. */
stk_export bool stk_range_valid(struct stk_range r);
/* Both valid and @inner wholly inside @outer. */
stk_export bool stk_range_contains(struct stk_range outer, struct stk_range inner);
stk_export bool stk_range_overlaps(struct stk_range a, struct stk_range b);
/* First address after @r; @r must be valid and not end at 2^64. */
static inline uint64_t stk_range_end(struct stk_range r)
{
	return r.addr + r.len;
}

/* ---- context ---------------------------------------------------------- */

struct stk_ctx;

struct stk_ctx_options {
	size_t size;
	/*
	 * Directory of the installed modules. NULL: $STOKER_MODULE_DIR, else
	 * the directory libstoker was configured with.
	 */
	const char *module_dir;
	/* Further directories, colon-separated. NULL: $STOKER_MODULE_PATH. */
	const char *module_path;
	/*
	 * Module parameters "module.name=value", NULL-ended; may be NULL. That
	 * there is such a module is seen at once, from the notes. Whether it
	 * takes the parameter, its code alone can tell: what then needs the
	 * module fails with STK_ORIGIN_USAGE ("no-such-parameter").
	 */
	const char *const *params;
	/* Trace lines for people; may be NULL. Must not call into libstoker. */
	void (*log)(void *data, const char *line);
	void *log_data;
};

/* @opt may be NULL. The caller frees *ret with stk_ctx_free(). */
stk_export int stk_ctx_new(const struct stk_ctx_options *opt, struct stk_ctx **ret,
			   struct stk_error *err) stk_must_check;
/* Every object made from @ctx must be gone before. */
stk_export void stk_ctx_free(struct stk_ctx *ctx);

/* ---- modules ---------------------------------------------------------- */

enum stk_class {
	STK_CLASS_FORMAT,
	STK_CLASS_IMAGE,
	STK_CLASS_CHIP,
	STK_CLASS_TARGET,
	STK_CLASS_SERVER,
	STK_CLASS_ANALYSIS,
	STK_CLASS_CONTAINER,
	STK_CLASS_COUNT
};

/* "format", "image", "chip", "target", "server", "analysis", "container". */
stk_export const char *stk_class_name(enum stk_class c);

struct stk_param_info {
	size_t size;
	const char *name, *summary;
};

struct stk_module_info {
	enum stk_class class_id;
	const char *name, *version, *license;
	const char *path;
	unsigned int abi;
	bool ours;		/* from the install directory; others taint a run */
	bool loaded;		/* its code is mapped */
	const char *refused;	/* NULL, or the sentence why it cannot be used */
	/* Below: only after stk_module_get(); NULL or 0 before. */
	const char *sha256;	/* of the file that is mapped */
	const char *description;
	const struct stk_param_info *const *params;
	size_t n_params;
};

/*
 * All modules found, refused ones included; read from ELF notes, no code of a
 * module runs. The array belongs to @ctx and stays until it is freed.
 */
stk_export int stk_module_list(struct stk_ctx *ctx,
			       const struct stk_module_info *const **ret,
			       size_t *ret_count, struct stk_error *err) stk_must_check;
/* Load the module CLASS/NAME and describe it in full. */
stk_export int stk_module_get(struct stk_ctx *ctx, enum stk_class c, const char *name,
			      const struct stk_module_info **ret,
			      struct stk_error *err) stk_must_check;

/* ---- loaders ---------------------------------------------------------- */

/*
 * One vocabulary for both formats. What a format calls each of them, how the
 * arguments go into registers and what a result means is the format module's.
 */
enum stk_op {
	STK_OP_INIT,
	STK_OP_UNINIT,
	STK_OP_ERASE_SECTOR,
	STK_OP_ERASE_CHIP,
	STK_OP_PROGRAM,
	STK_OP_VERIFY,
	STK_OP_READ,
	STK_OP_BLANK_CHECK,
	STK_OP_CHECKSUM,
	STK_OP_OTHER,		/* a function neither format defines, called by name */
	STK_OP_COUNT
};

/* "init", "erase-sector", ... */
stk_export const char *stk_op_name(enum stk_op op);

enum stk_level {
	STK_NOTE,
	STK_WARNING,
	STK_ERROR,
};

/* "note", "warning", "error". */
stk_export const char *stk_level_name(enum stk_level level);

struct stk_finding {
	const char *id;		/* "STK-L001" */
	enum stk_level level;
	const char *text;
	/* Where one host alone minds: its name; NULL: whoever uses the loader. */
	const char *host;	/* "cubeprogrammer" */
	const char *since;	/* first of its versions, "2.18.0"; NULL: all known ones */
	const char *effect;	/* "refuses", "hangs", "misplaces"; NULL where host is */
	const char *basis;	/* of that: "manual", "observed", "assumed"; NULL where host is */
	const char *change;	/* its key in struct stk_host_change; NULL where host is */
};

/* One entry of the device table: @count sectors of @size bytes from @start. */
struct stk_region {
	uint64_t start, count, size;
};

struct stk_device {
	const char *name;	/* bytes up to the first NUL, as they stand */
	uint32_t type;
	const char *type_name;	/* "SPI_FLASH", "ONCHIP"; "unknown" */
	uint64_t start, size;
	uint32_t page_size;
	uint8_t erased;		/* value of an erased byte */
	uint32_t program_ms;	/* declared time limits; 0: the format has none */
	uint32_t erase_ms;
	const struct stk_region *regions;	/* table order, never merged */
	size_t n_regions;
};

struct stk_function {
	const char *name;	/* the file's own symbol name */
	uint64_t address;	/* symbol value, Thumb bit included */
	uint64_t size;		/* symbol size; 0: not given */
	enum stk_op op;
};

enum stk_segment_role {
	STK_SEGMENT_CODE,	/* goes to the target */
	STK_SEGMENT_TABLE,	/* the device table alone: never downloaded */
	STK_SEGMENT_EMPTY,
};

struct stk_segment {
	uint64_t vaddr, paddr, offset, file_size, mem_size;
	bool r, w, x;
	enum stk_segment_role role;
};

struct stk_loader_info {
	const char *path;	/* as given */
	const char *name;	/* the file's base name; host rules need it */
	uint64_t file_size;
	const char *sha256;	/* of the file, 64 lower-case hex digits */
	const char *format;	/* "stldr", "flm"; NULL: not recognised */
	/*
	 * Why no host can use it; code 0: usable. With STK_LOADER_DESCRIBE
	 * such a file still yields a struct, with what could be told.
	 */
	struct stk_error error;
	/*
	 * The device table, found by its symbol. NULL where there is none, and
	 * where error.code is set, but for a file whose only fault is to be
	 * made for another machine (error.cause "foreign-machine").
	 */
	const struct stk_device *device;
	/* A table found without its symbol; only where error.code is set. */
	const struct stk_device *recovered;
	const char *recovered_how;
	/* Of the bytes that go to the target, the device table excepted; or NULL */
	const char *code_sha256;
	/* Of the device table, its terminator included; or NULL */
	const char *table_sha256;
	const struct stk_function *functions;
	size_t n_functions;
	const struct stk_segment *segments;
	size_t n_segments;
	const char *machine;	/* "ARM", "RISC-V", ...; NULL: not an ELF file */
	bool position_independent;
	uint64_t link_address;	/* lowest address of the image */
	/*
	 * From link_address to the last byte of the image and its
	 * zero-initialised parts, holes included; no stack.
	 */
	uint64_t ram_size;
	bool has_static_base;	/* R9 must hold static_base (as linked) */
	uint64_t static_base;
	const char *cpu;	/* "Cortex-M4"; NULL: the file does not say */
	const char *fp;		/* "VFPv4-D16", "single precision", "none"; NULL: not said */
	const char *compiler;	/* NULL: the file does not say */
	const struct stk_finding *findings;
	size_t n_findings;
	/*
	 * What stk_loader_check() went by: the chip, given or told from the
	 * name; the module that took the code apart. NULL: findings that need
	 * it were not looked for.
	 */
	const char *checked_chip;
	const char *checked_code;
};

struct stk_loader;

/* Yield a loader object also for a file that no host can use. */
#define STK_LOADER_DESCRIBE	1u

/*
 * Read a loader file. Without STK_LOADER_DESCRIBE a file that no host can use
 * fails with STK_ORIGIN_INPUT. The caller frees *ret with stk_loader_close().
 * @path may also be PACK#LOADER, see stk_pack_find_file().
 */
stk_export int stk_loader_open(struct stk_ctx *ctx, const char *path, unsigned int flags,
			       struct stk_loader **ret,
			       struct stk_error *err) stk_must_check;
/* The same for bytes already in memory (copied); @name as the file was called. */
stk_export int stk_loader_from_memory(struct stk_ctx *ctx, const char *name,
				      const void *bytes, size_t len, unsigned int flags,
				      struct stk_loader **ret,
				      struct stk_error *err) stk_must_check;
stk_export void stk_loader_close(struct stk_loader *loader);
stk_export const struct stk_loader_info *stk_loader_info(const struct stk_loader *loader);

/* The bytes of the file, as they were read; they belong to @loader. */
stk_export const uint8_t *stk_loader_file(const struct stk_loader *loader,
					  size_t *ret_len);

/* ---- the code of a loader --------------------------------------------- */

/*
 * What the analysis module found in a loader's code without running it.
 * Addresses are those of the link, without Thumb bit. What depends on values
 * that only a run has is not here: absence proves nothing.
 */
enum stk_special_kind {
	STK_SPECIAL_WAIT,		/* WFI, WFE: waits for an interrupt or event */
	STK_SPECIAL_ENABLE_IRQ,		/* CPSIE i, or MSR PRIMASK with 0 */
	STK_SPECIAL_DISABLE_IRQ,	/* CPSID i, or MSR PRIMASK with 1 */
	STK_SPECIAL_SET_IRQ,		/* MSR PRIMASK with a value that could not be told */
	STK_SPECIAL_SVC,
	STK_SPECIAL_BREAKPOINT,		/* BKPT */
	STK_SPECIAL_SYSTEM,		/* MSR to another special register */
	STK_SPECIAL_FPU,		/* a floating-point instruction */
	STK_SPECIAL_FPU_DOUBLE,		/* one on double precision */
	STK_SPECIAL_V7M,		/* one that ARMv6-M (Cortex-M0, M0+) lacks */
	STK_SPECIAL_V7EM,		/* one of the DSP extension, which Cortex-M3 lacks */
	STK_SPECIAL_UNDEFINED,		/* what no Cortex-M executes */
	STK_SPECIAL_COUNT
};

/* "wait", "enable-irq", ... */
stk_export const char *stk_special_name(enum stk_special_kind kind);

struct stk_code_special {
	uint64_t pc;
	enum stk_special_kind kind;
	const char *text;		/* the instruction: "wfi" */
};

/* A load or store whose address could be told. */
struct stk_code_access {
	uint64_t pc, address;
	uint8_t size;			/* bytes; 0: not told */
	bool write;
	bool has_value;			/* write: the value could be told */
	uint32_t value;
};

/*
 * A 32-bit constant that the code loads: from a literal pool, with MOVW and MOVT,
 * or, above 0xffff, as the immediate of one MOV or MVN. The way from the program
 * counter to a place in the image is none.
 */
struct stk_code_constant {
	uint64_t pc;
	uint32_t value;
};

struct stk_code_call {
	uint64_t pc;
	uint64_t target;		/* 0: through a register, not told */
};

struct stk_code_function {
	const char *name;		/* symbol; NULL: none, reached by a call only */
	uint64_t address, size;		/* size of its instructions in bytes */
	enum stk_op op;			/* STK_OP_OTHER: none that a host calls */
	bool entry;			/* a host calls it */
	uint32_t stack_own;		/* bytes that it takes itself */
	uint32_t stack;			/* with the deepest of what it calls */
	/* stack is the most it can take; else recursion, calls through
	   registers or a stack pointer that is computed make it a lower bound */
	bool stack_bounded;
	const struct stk_code_access *accesses;
	size_t n_accesses;
	const struct stk_code_constant *constants;
	size_t n_constants;
	/* Of the kinds from FPU to V7EM, which tell what core it needs, the first only */
	const struct stk_code_special *specials;
	size_t n_specials;
	/* Jumps to other functions, or on into the next, included */
	const struct stk_code_call *calls;
	size_t n_calls;
	/*
	 * One number an instruction, in order: a digest of what it does, with
	 * all that moves with the place of code and data taken out. Equal
	 * shapes are the same code linked elsewhere.
	 */
	const uint32_t *shape;
	size_t n_shape;
};

struct stk_code_info {
	const char *analysis;		/* the module's name */
	const struct stk_code_function *functions;	/* by address */
	size_t n_functions;
};

/*
 * Take the code apart, once a loader; the answer belongs to @loader. Maps the
 * analysis module. -ENOTSUP ("no-code"): nothing there that it can read.
 */
stk_export int stk_loader_code(struct stk_ctx *ctx, struct stk_loader *loader,
			       const struct stk_code_info **ret,
			       struct stk_error *err) stk_must_check;

/* One line of a listing. */
struct stk_code_line {
	uint64_t address;
	uint8_t size;			/* bytes; data: 1 to 4 */
	uint8_t bytes[4];
	bool data;			/* literal pool or padding */
	const char *text;		/* "ldr r0, [pc, #12]" or ".word 0x40022000" */
	/* What the line touches, where it could be told */
	bool has_address, has_value;
	uint64_t target;		/* of a branch, call, load or store */
	uint32_t value;			/* loaded or stored */
	bool write;
};

/*
 * List the function at @address (no Thumb bit) of stk_loader_code()'s answer.
 * What @line gets is valid during that call only. -ENOENT ("no-function"): none
 * begins there.
 */
stk_export int stk_loader_listing(
	struct stk_ctx *ctx, struct stk_loader *loader, uint64_t address,
	void (*line)(void *data, const struct stk_code_line *line), void *data,
	struct stk_error *err) stk_must_check;

/*
 * The image as linked, from @addr on: *ret_len bytes, as far as the file holds
 * them without a gap. NULL: it has none there.
 */
stk_export const uint8_t *stk_loader_bytes(const struct stk_loader *loader, uint64_t addr,
					   size_t *ret_len);

struct stk_check_options {
	size_t size;
	/* The chip it shall serve; NULL: what its name gives away, if that is known. */
	const struct stk_chip *chip;
	/* Also what can only be told from the code: maps the analysis module. */
	bool code;
};

/*
 * Add the findings to @loader's that need more than the file: facts about
 * chips and memories, and the code. @opt may be NULL. Once a loader.
 */
stk_export int stk_loader_check(struct stk_ctx *ctx, struct stk_loader *loader,
				const struct stk_check_options *opt,
				struct stk_error *err) stk_must_check;

/* ---- what changed between two builds of a loader ----------------------- */

/* How the value of a fact is to be read. */
enum stk_diff_kind {
	STK_DIFF_TEXT,
	STK_DIFF_NUMBER,
	STK_DIFF_SIZE,		/* bytes */
	STK_DIFF_ADDRESS,
	STK_DIFF_OFFSET,	/* from the link address */
	STK_DIFF_BYTE,		/* 0xFF */
	STK_DIFF_MS,
	STK_DIFF_FLAG,		/* 0 or 1 */
};

struct stk_diff_value {
	bool known;		/* false: the file does not say, or has nothing of it */
	const char *text;	/* STK_DIFF_TEXT */
	uint64_t number;	/* all others */
};

/* A fact that is not the same in both. */
struct stk_diff_fact {
	const char *name;	/* its member in stk_device or stk_loader_info */
	bool device;		/* of the device table */
	enum stk_diff_kind kind;
	bool counts;		/* makes them different */
	struct stk_diff_value a, b;
};

enum stk_touch_kind {
	STK_TOUCH_READ,
	STK_TOUCH_WRITE,
	STK_TOUCH_CONSTANT,
	STK_TOUCH_SPECIAL,
};

/*
 * Something that the code of one side does and that of the other does not, as
 * far as an analysis can tell. Addresses inside the loader's own image are
 * left out, for they move with it.
 */
struct stk_diff_touch {
	bool gained;		/* in B alone; else in A alone */
	enum stk_touch_kind kind;
	uint64_t address;	/* READ and WRITE */
	bool has_value;		/* WRITE: the other side writes other values there */
	uint32_t value;		/* and of CONSTANT */
	enum stk_special_kind special;
	const char *name;	/* "FLASH_OPTKEYR", "FLASH_KEYR key 1"; NULL: not known */
};

/* How a function of A found its like in B. */
enum stk_diff_match {
	STK_MATCH_NONE,		/* it has none: a or b is NULL */
	STK_MATCH_NAME,
	STK_MATCH_OP,		/* another name for what a host calls: other formats */
	STK_MATCH_CODE,		/* the same code under another name or none */
	STK_MATCH_SIMILAR,	/* most of its code */
};

struct stk_diff_function {
	const struct stk_code_function *a, *b;
	enum stk_diff_match match;
	bool same;		/* the same code, wherever it is linked */
	/*
	 * Instructions only in A, and only in B; the rest is in both, in order.
	 * What only moves with the place of code and data is the same.
	 */
	size_t removed, added;
	const struct stk_diff_touch *touches;
	size_t n_touches;
};

struct stk_diff_finding {
	bool gained;		/* of B alone; else of A alone */
	const struct stk_finding *finding;
};

struct stk_diff_info {
	const struct stk_loader_info *a, *b;
	/*
	 * Equal in what counts: both usable, the same format, device table,
	 * bytes of code, place in RAM, functions that hosts call, and effects
	 * on hosts. The file's name, its debug information, what it says of
	 * CPU and compiler, and names of other functions do not count.
	 */
	bool equal;
	bool same_file, same_code, same_table;	/* byte by byte */
	const struct stk_diff_fact *facts;
	size_t n_facts;
	bool same_regions;	/* else they are in a->device and b->device */
	/*
	 * The analysis module whose facts were compared. NULL: there were
	 * none, for the reason in why_bytes; then functions are compared as
	 * numbers of 16 bits, and touches are empty.
	 */
	const char *analysis;
	struct stk_error why_bytes;
	const struct stk_diff_function *functions;	/* as in A, then those of B alone */
	size_t n_functions;
	/*
	 * Of all code that calls of hosts can reach: what moved between
	 * functions is not in it.
	 */
	const struct stk_diff_touch *touches;
	size_t n_touches;
	/* The deepest of what hosts call; a lower bound unless bounded. */
	uint32_t stack_a, stack_b;
	bool stack_a_bounded, stack_b_bounded;
	const struct stk_diff_finding *findings;
	size_t n_findings;
};

struct stk_diff_options {
	size_t size;
	/* Whose registers the names are; NULL: no names. */
	const struct stk_chip *chip;
};

struct stk_diff;

/*
 * Compare two loaders; both must outlive *ret. Findings are compared as they
 * stand, so call stk_loader_check() before for those that need code or chips.
 * -ENOEXEC with STK_ORIGIN_INPUT: no host can use either of them. @opt may be
 * NULL. The caller frees *ret with stk_diff_free().
 */
stk_export int stk_diff_new(struct stk_ctx *ctx, struct stk_loader *a,
			    struct stk_loader *b, const struct stk_diff_options *opt,
			    struct stk_diff **ret, struct stk_error *err) stk_must_check;
stk_export void stk_diff_free(struct stk_diff *diff);
stk_export const struct stk_diff_info *stk_diff_info(const struct stk_diff *diff);

enum stk_diff_side {
	STK_SIDE_BOTH,
	STK_SIDE_A,
	STK_SIDE_B,
};

/* One line of a listing of both, without addresses. */
struct stk_diff_line {
	enum stk_diff_side side;
	const char *text;
};

/*
 * Both sides of functions[@index] as one listing, in order; one alone where
 * the other has no such function. -ENOTSUP ("no-code"): no analysis.
 */
stk_export int stk_diff_listing(struct stk_ctx *ctx, const struct stk_diff *diff,
				size_t index,
				void (*line)(void *data, const struct stk_diff_line *line),
				void *data, struct stk_error *err) stk_must_check;

/* ---- packs ------------------------------------------------------------ */

/*
 * A CMSIS-Pack: loaders, and a .pdsc that says which device takes which of
 * them. What is inherited from outer levels is resolved here as the
 * specification says (Open-CMSIS-Pack-Spec, /package/devices/family).
 */
enum stk_pack_level {
	STK_PACK_FAMILY,
	STK_PACK_SUB_FAMILY,
	STK_PACK_DEVICE,
	STK_PACK_VARIANT,
	STK_PACK_BOARD,		/* beside the devices; nothing inherits from it */
	STK_PACK_LEVEL_COUNT
};

/* "family", "subFamily", "device", "variant", "board": the .pdsc's elements. */
stk_export const char *stk_pack_level_name(enum stk_pack_level level);

struct stk_pack_memory {
	const char *name;	/* NULL: not given */
	const char *processor;	/* NULL: all of them */
	struct stk_range range;
	bool read, write, execute;
	bool is_default, startup;
};

/* A pack that does not hold the file that its .pdsc names. */
#define STK_PACK_NO_FILE	SIZE_MAX

/* An <algorithm> element: a loader for one range of one or more devices. */
struct stk_pack_algorithm {
	const char *name;	/* path in the pack, "/" between folders */
	const char *processor;	/* NULL: all of them */
	const char *style;	/* "Keil" where it is not given */
	struct stk_range range;
	struct stk_range ram;	/* what is not given is 0 */
	bool has_ram_start, has_ram_size;
	bool is_default;
	unsigned int line;	/* in the .pdsc; 0: not known */
	enum stk_pack_level level;	/* where it is given */
	size_t file;		/* index into the pack's files, or STK_PACK_NO_FILE */
};

/* A device that tools can select: a variant, or a device without variants. */
struct stk_pack_device {
	const char *name, *family, *sub_family, *vendor;	/* the last three may be NULL */
	/* Its own and what it inherits, outer levels first. */
	const struct stk_pack_memory *const *memories;
	size_t n_memories;
	const struct stk_pack_algorithm *const *algorithms;
	size_t n_algorithms;
};

/* A loader in the pack: named by an algorithm, or by its ending. */
struct stk_pack_file {
	const char *path;	/* in the pack */
	uint64_t size;
	size_t n_devices;	/* that may use it */
	size_t n_boards;
};

/*
 * Algorithms of several devices that are alike in everything, which packs
 * repeat for each of them.
 */
struct stk_pack_use {
	const struct stk_pack_algorithm *algorithm;	/* the first of them */
	const struct stk_pack_device *const *devices;
	size_t n_devices;	/* 0: a board's */
};

struct stk_pack_info {
	const char *path;	/* as given */
	const char *kind;	/* "pack", "folder", "pdsc" */
	const char *pdsc;	/* the .pdsc's path in the pack */
	const char *vendor, *name, *version;	/* NULL: not given */
	const struct stk_pack_device *devices;	/* in the .pdsc's order */
	size_t n_devices;
	/* Every <algorithm> as it is written, in order. */
	const struct stk_pack_algorithm *const *algorithms;
	size_t n_algorithms;
	const struct stk_pack_use *uses;	/* by name and range */
	size_t n_uses;
	const struct stk_pack_file *files;	/* by path */
	size_t n_files;
	const struct stk_finding *findings;
	size_t n_findings;
};

struct stk_pack;

/*
 * May @path be a pack: a folder with a .pdsc in it, a ZIP archive, or a file
 * whose name ends in .pdsc? Looks no further, and maps no module.
 */
stk_export bool stk_pack_probe(const char *path);
/*
 * @path: a .pack file, a folder that holds an unpacked one, or its .pdsc.
 * Nothing is unpacked to a disk. A pack that plays tricks with names or sizes
 * is refused. The caller frees *ret with stk_pack_close().
 */
stk_export int stk_pack_open(struct stk_ctx *ctx, const char *path, struct stk_pack **ret,
			     struct stk_error *err) stk_must_check;
stk_export void stk_pack_close(struct stk_pack *pack);
stk_export const struct stk_pack_info *stk_pack_info(const struct stk_pack *pack);
/*
 * The loader in the pack's file number @file, as stk_loader_open(); its path is
 * PACK#FILE. It stands on its own: the pack may be closed before it.
 */
stk_export int stk_pack_loader(struct stk_ctx *ctx, struct stk_pack *pack, size_t file,
			       unsigned int flags, struct stk_loader **ret,
			       struct stk_error *err) stk_must_check;
/*
 * The file that @name means: its path in the pack, or the last part of it, in
 * any case where that leaves no choice. -ENOENT: none; two: -EINVAL.
 */
stk_export int stk_pack_find_file(const struct stk_pack *pack, const char *name,
				  size_t *ret, struct stk_error *err) stk_must_check;
/*
 * Add the findings that need the loaders: @loaders[i] is the one of file i,
 * NULL where it could not be read. Once a pack; stk_pack_choose() knows more
 * afterwards. The loaders are not needed any more when it returns.
 */
stk_export int stk_pack_check(struct stk_pack *pack,
			      const struct stk_loader_info *const *loaders,
			      struct stk_error *err) stk_must_check;

/* One of the algorithms that could program a place. */
struct stk_pack_option {
	const struct stk_pack_algorithm *algorithm;
	bool chosen;		/* by the specification */
	const char *why;	/* why it is, or is not */
	/* Where it would run: RAMstart, RAMsize, or the default RAM; len 0: nowhere */
	struct stk_range ram;
	bool ram_clamped;	/* the .pdsc gives it more than the device has */
};

/* What a known host makes of the same options. */
struct stk_pack_host_option {
	const char *host;	/* "pyocd" */
	const struct stk_pack_algorithm *algorithm;	/* NULL: none, it gives up */
	const char *why;
};

/* A range that at least one algorithm of the device covers. */
struct stk_pack_place {
	struct stk_range range;
	const char *memory;	/* name of the <memory> there; NULL: none */
	const struct stk_pack_option *options;	/* those that are chosen first */
	size_t n_options;
	size_t n_chosen;
	const char *why;	/* the verdict in one sentence */
	const struct stk_pack_host_option *hosts;
	size_t n_hosts;
};

struct stk_pack_choice {
	const struct stk_pack_device *device;
	size_t n_alike;		/* devices that the name may mean, all with the same; 1: this */
	const struct stk_pack_place *places;	/* by address */
	size_t n_places;
	const struct stk_finding *findings;	/* those that concern this device */
	size_t n_findings;
};

/*
 * Which algorithm is used for @device, and why. @device: a name as it is in
 * the .pdsc, in any case; a prefix, "x" for a letter that does not matter, or
 * a name with package letters too many, where all that match have the same
 * algorithms. Else -ENOENT with the nearest names. The answer belongs to @pack.
 */
stk_export int stk_pack_choose(struct stk_pack *pack, const char *device,
			       const struct stk_pack_choice **ret,
			       struct stk_error *err) stk_must_check;

/* ---- images ----------------------------------------------------------- */

struct stk_chunk {
	uint64_t addr;
	const uint8_t *data;
	size_t len;
};

struct stk_image_info {
	const char *path;
	const char *format;		/* "elf", "ihex", "srec", "bin" */
	const struct stk_chunk *chunks;	/* ascending, disjoint, never adjacent */
	size_t n_chunks;
	uint64_t bytes;
	bool has_entry;
	uint64_t entry;			/* start record or ELF entry */
};

struct stk_image_options {
	size_t size;
	const char *format;	/* NULL: recognise it */
	bool has_base;		/* a raw binary needs one */
	uint64_t base;		/* where a raw binary goes; else added to each address */
	uint64_t max_bytes;	/* cap on the total; 0: 256 MiB */
};

struct stk_image;

/*
 * @path "-" reads standard input; all else must be a regular file. The format
 * is told from the contents. @opt may be NULL.
 */
stk_export int stk_image_open(struct stk_ctx *ctx, const char *path,
			      const struct stk_image_options *opt, struct stk_image **ret,
			      struct stk_error *err) stk_must_check;
/* The same for bytes already in memory (copied); @name as the file was called. */
stk_export int stk_image_from_memory(struct stk_ctx *ctx, const char *name,
				     const void *bytes, size_t len,
				     const struct stk_image_options *opt,
				     struct stk_image **ret,
				     struct stk_error *err) stk_must_check;
/*
 * One image of several; bytes given twice are an error unless equal. Its path
 * is theirs, joined with " + ", its format NULL where theirs differ, its entry
 * the one that all that have one agree on.
 */
stk_export int stk_image_merge(const struct stk_image *const *images, size_t count,
			       struct stk_image **ret,
			       struct stk_error *err) stk_must_check;
stk_export void stk_image_close(struct stk_image *image);
stk_export const struct stk_image_info *stk_image_info(const struct stk_image *image);

/* ---- chips ------------------------------------------------------------ */

/*
 * Facts about a chip, from the chip modules: plain data. module.h documents
 * struct stk_chip.
 */
struct stk_chip;

/*
 * Find a chip by part number or unambiguous prefix, in any case, with or
 * without package and temperature letters, "x" for a letter that does not
 * matter. Unknown or ambiguous: -ENOENT with the nearest names in the sentence.
 * Chips belong to @ctx.
 */
stk_export int stk_chip_find(struct stk_ctx *ctx, const char *name,
			     const struct stk_chip **ret,
			     struct stk_error *err) stk_must_check;
/* All that have facts, in no promised order; the array belongs to @ctx. */
stk_export int stk_chip_list(struct stk_ctx *ctx, const struct stk_chip *const **ret,
			     size_t *ret_count, struct stk_error *err) stk_must_check;

/* The same facts but for the name: it does not matter which of the two it is. */
stk_export bool stk_chip_same(const struct stk_chip *a, const struct stk_chip *b);

/* A chip out of a file that describes one: CMSIS-SVD. */
struct stk_chip_file;

/*
 * Maps the modules that read such files. Its peripherals have names, registers
 * and fields, no more: no memories, no flash, no identity.
 */
stk_export int stk_chip_open(struct stk_ctx *ctx, const char *path,
			     struct stk_chip_file **ret,
			     struct stk_error *err) stk_must_check;
stk_export void stk_chip_close(struct stk_chip_file *file);
stk_export const struct stk_chip *stk_chip_of(const struct stk_chip_file *file);

/* How well struct stk_chip_guess's chip fits. */
enum stk_fit {
	STK_FIT_NONE,		/* no chip of that family has facts */
	STK_FIT_FAMILY,		/* another chip of the family: its registers, not its sizes */
	STK_FIT_LINE,		/* one of several that the name can mean; sizes differ */
	STK_FIT_CHIP,		/* whatever the name can mean has these facts */
};

#define STK_GUESS_KIN	16

/* Chips as far as names of loaders tell them apart; module.h documents it. */
struct stk_kin;

/* What a name tells about the chip that a loader is for. */
struct stk_chip_guess {
	enum stk_fit fit;
	const struct stk_chip *chip;	/* NULL: STK_FIT_NONE */
	const char *family;		/* "STM32G4" */
	/* All that it can mean, the first of them where there are more. */
	const struct stk_kin *kin[STK_GUESS_KIN];
	size_t n_kin;
	char why[120];			/* "'STM32G43x-4x' in the device name" */
};

/*
 * Which chips @loader is for by its device name, or its file name where that
 * says more or alone something. -ENOENT ("chip-not-told"): neither names a
 * chip. -ENOTUNIQ ("chips-differ"): one names chips of two families.
 */
stk_export int stk_chip_guess(struct stk_ctx *ctx, const struct stk_loader_info *loader,
			      struct stk_chip_guess *ret,
			      struct stk_error *err) stk_must_check;
/* The same for any text; @what it is goes into why and sentences: "file name". */
stk_export int stk_chip_guess_text(struct stk_ctx *ctx, const char *text,
				   const char *what, struct stk_chip_guess *ret,
				   struct stk_error *err) stk_must_check;

/* ---- memory parts and constants ---------------------------------------- */

/* Facts about a memory part and about a constant; module.h documents them. */
struct stk_part;
struct stk_signature;

struct stk_part_match {
	const struct stk_part *part;
	unsigned int copies;	/* "W25Q64JVx2": 2 of them side by side; 1: one */
	size_t offset, length;	/* the place in the text, letters behind included */
};

/*
 * The memory part that a device name or file name gives away: the longest name
 * that stands in @text, in any case; letters behind it do not matter, digits
 * make it another part. -ENOENT ("part-unknown"): none. -ENOTUNIQ
 * ("part-ambiguous"): two that differ.
 */
stk_export int stk_part_find(struct stk_ctx *ctx, const char *text,
			     struct stk_part_match *ret,
			     struct stk_error *err) stk_must_check;
/*
 * What @value means where it is seen in code for chips of @family ("STM32G4";
 * NULL: any). *ret is NULL where it means nothing that is known.
 */
stk_export int stk_signature_find(struct stk_ctx *ctx, uint32_t value, const char *family,
				  const struct stk_signature **ret,
				  struct stk_error *err) stk_must_check;

/* ---- host profiles ---------------------------------------------------- */

/* How a programmer calls a loader; from core/facts/hosts.toml. */
struct stk_host;

/* What a host does otherwise since one of its versions. */
struct stk_host_change {
	const char *key;	/* "no-interrupts": unique over all hosts */
	const char *since;	/* "2.7.0"; NULL: all versions known */
	const char *effect;	/* "refuses", "hangs", "misplaces" */
	const char *summary;	/* one sentence */
	const char *source, *basis;
	/*
	 * The last version known not to do so: what lies between it and since
	 * is not known. NULL: since is exact.
	 */
	const char *after;
	const char *seen;	/* the last version known to do so; NULL: all since */
	const char *but;	/* a source that speaks against it; NULL: none known */
};

struct stk_host_info {
	const char *name;	/* "stoker", "cubeprogrammer" */
	const char *summary;
	/* Of the loaders that it takes: "stldr flm"; "any": all that a module reads */
	const char *formats;
	const struct stk_host_change *changes;
	size_t n_changes;
	/*
	 * A profile holds for a range of versions, both inclusive; NULL: open.
	 * The newest one has no "until".
	 */
	const char *since, *until;
};

/*
 * "cubeprogrammer" is the newest profile of that host, "cubeprogrammer@2.9.0"
 * the one for that version, "cubeide@1.8.0" that of the programmer which
 * STM32CubeIDE 1.8.0 brings. NULL: "stoker". Unknown: -ENOENT with the known
 * names in the sentence.
 */
stk_export int stk_host_find(const char *name, const struct stk_host **ret,
			     struct stk_error *err) stk_must_check;
/* The newest profile of each host, "stoker" first. */
stk_export const struct stk_host *const *stk_host_list(size_t *ret_count);
/* All profiles: as above, each host's oldest first. */
stk_export const struct stk_host *const *stk_host_profiles(size_t *ret_count);
stk_export const struct stk_host_info *stk_host_info(const struct stk_host *host);

/* ---- layouts ---------------------------------------------------------- */

/* Where in RAM a host puts a loader and what it needs: what a job will do. */
struct stk_layout;

struct stk_layout_options {
	size_t size;
	const struct stk_host *host;	/* NULL: "stoker" */
	/* RAM is the chip's, else these ranges in order of preference. */
	const struct stk_chip *chip;
	const struct stk_range *ram;	/* disjoint, below 4 GiB */
	size_t n_ram;
};

/* What is known of RAM. */
enum stk_layout_ram {
	STK_LAYOUT_RAM,		/* it was given */
	/*
	 * Nothing was given, and the loader is linked for a fixed place: RAM
	 * is taken to begin there and to be large enough.
	 */
	STK_LAYOUT_RAM_FROM_LINK,
	/*
	 * Nothing was given, and the loader runs anywhere: all addresses count
	 * from the start of a RAM that is large enough.
	 */
	STK_LAYOUT_RAM_FROM_ZERO,
};

enum stk_layout_part_kind {
	STK_LAYOUT_IMAGE,	/* of the loader, zero-initialised parts included */
	STK_LAYOUT_TRAP,	/* a breakpoint that functions return to */
	STK_LAYOUT_SCRATCH,	/* behind R9, for a loader without a data section */
	STK_LAYOUT_GUARD,	/* a pattern that shows a stack overflow */
	STK_LAYOUT_STACK,
	STK_LAYOUT_BUFFER,	/* data for and from the loader */
	STK_LAYOUT_PART_COUNT
};

/* "image", "trap", "scratch", "guard", "stack", "buffer". */
stk_export const char *stk_layout_part_name(enum stk_layout_part_kind kind);

struct stk_layout_part {
	enum stk_layout_part_kind kind;
	struct stk_range range;
};

struct stk_layout_info {
	const struct stk_host *host;
	enum stk_layout_ram known;
	const struct stk_range *ram;	/* what may be used, in order of preference */
	size_t n_ram;
	/* By address. A host may put the trap into the image, or outside of RAM. */
	const struct stk_layout_part *parts;
	size_t n_parts;
	uint64_t bias;			/* run address = link address + bias */
	uint32_t static_base;		/* for R9; 0: the host does not set it */
	uint32_t sp;			/* before a call */
};

/*
 * Lay @loader out as a job would, without a target. Fails where the host could
 * not run it there ("ram-too-small", "ram-wrong-place", "host-format"), and with
 * the loader's own error where no host can use it. @opt may be NULL. The caller
 * frees *ret with stk_layout_free().
 */
stk_export int stk_layout_new(const struct stk_loader *loader,
			      const struct stk_layout_options *opt, struct stk_layout **ret,
			      struct stk_error *err) stk_must_check;
stk_export void stk_layout_free(struct stk_layout *layout);
stk_export const struct stk_layout_info *stk_layout_info(const struct stk_layout *layout);

/* ---- targets ---------------------------------------------------------- */

struct stk_target;

struct stk_target_info {
	const char *address;	/* as given */
	const char *driver;	/* "emu", "gdb", ... */
	const char *description;
	const char *license;	/* of what this process now holds because of it */
	const struct stk_chip *chip;	/* NULL: not known */
	bool virtual_time;	/* now() counts virtual nanoseconds */
};

struct stk_target_options {
	size_t size;
	/* Wrappers "fault:op=12,mode=cut", outermost first, NULL-ended; may be NULL. */
	const char *const *wrap;
	/*
	 * The chip, where the target does not say or knows less; may be NULL.
	 * A virtual chip that is another one: -EINVAL ("chip-contradicted").
	 */
	const char *chip;
	/* RAM that loaders may use, instead of what chip and target say; may be NULL. */
	const struct stk_range *ram;
	size_t n_ram;
};

/* What went over the link to a target since it was opened. */
struct stk_link_stats {
	uint64_t round_trips;	/* a request, and the wait for its reply */
	uint64_t bytes_out, bytes_in;
	uint64_t repeated;	/* packets that were sent or asked for again */
};

/* @address is NAME:ADDRESS[,key=value...]. @opt may be NULL. */
stk_export int stk_target_open(struct stk_ctx *ctx, const char *address,
			       const struct stk_target_options *opt,
			       struct stk_target **ret,
			       struct stk_error *err) stk_must_check;
stk_export void stk_target_close(struct stk_target *target);
/* False: the target has no link that counts, a virtual chip in this process. */
stk_export bool stk_target_link(const struct stk_target *target, struct stk_link_stats *ret);
stk_export const struct stk_target_info *stk_target_info(const struct stk_target *target);
/* Read target memory as a debugger would. */
stk_export int stk_target_read(struct stk_target *target, uint64_t addr, void *buf,
			       size_t len, struct stk_error *err) stk_must_check;
/*
 * A command to the target's own world ("dump FLASH file", "power-cut"; "help"
 * lists them), which goes through wrappers; the answer comes in pieces to
 * @print. -ENOSYS: the target takes no commands.
 */
stk_export int stk_target_monitor(struct stk_target *target, const char *command,
				  void (*print)(void *out, const char *text), void *out,
				  struct stk_error *err) stk_must_check;
/*
 * Have a running job stop soon. The only function here that may be called
 * from a signal handler or another thread.
 */
stk_export void stk_target_wake(struct stk_target *target);

/* ---- plans and jobs --------------------------------------------------- */

enum stk_erase {
	STK_ERASE_SECTORS,	/* the sectors that change */
	STK_ERASE_CHIP,
	STK_ERASE_NONE,
};

/* How the core is left when a job has ended, however it ended. */
enum stk_after {
	/* Halted; registers and the RAM that loaders used are put back. */
	STK_AFTER_KEEP,
	STK_AFTER_RESET,	/* reset, and halted before the first instruction */
	/* Reset, and running; but halted where flash was left half written. */
	STK_AFTER_RUN,
};

/* "keep", "reset", "run". */
stk_export const char *stk_after_name(enum stk_after after);

enum stk_action {
	STK_ACTION_PROGRAM,	/* erase as asked, program, verify */
	STK_ACTION_ERASE,	/* erase @range (or the chip), verify blank */
	STK_ACTION_VERIFY,	/* compare the image with the flash */
	STK_ACTION_BLANK_CHECK,	/* is @range blank? */
	STK_ACTION_READ,	/* read @range into the report */
};

struct stk_plan_options {
	size_t size;
	enum stk_action action;
	enum stk_erase erase;
	const struct stk_host *host;	/* NULL: "stoker" */
	const struct stk_image *image;	/* for PROGRAM and VERIFY */
	/* For the others, in any order; those that touch or overlap are joined. */
	const struct stk_range *ranges;
	size_t n_ranges;
	enum stk_after after;
	bool no_reset;		/* do not reset the chip first: take the core as it is */
	/*
	 * On a target that is no virtual chip (its virtual_time is false) a loader
	 * with a finding of level error is refused ("lint-error") without @force,
	 * and one whose device or code is about option bytes, OTP or read-out
	 * protection ("touches-option-bytes") without @allow_option_bytes.
	 */
	bool force, allow_option_bytes;
};

/*
 * Everything a job will do, in order, complete before anything is touched.
 * A step's range lies wholly in one loader's device.
 */
enum stk_step_kind {
	STK_STEP_RESET,		/* reset the chip and halt it */
	STK_STEP_LOAD,		/* the loader's image into RAM, read back */
	STK_STEP_COMPARE,	/* read the sectors; those that are equal are left alone */
	STK_STEP_ERASE_CHIP,
	STK_STEP_ERASE,		/* one sector */
	STK_STEP_PROGRAM,	/* one run of bytes, in chunks the loader takes */
	STK_STEP_VERIFY,
	STK_STEP_BLANK_CHECK,
	STK_STEP_READ,
};

struct stk_step {
	enum stk_step_kind kind;
	unsigned int loader;	/* index into the plan's loaders */
	struct stk_range range;
	/* ERASE: bytes of the sector that the image does not hold */
	uint64_t preserved;
};

struct stk_plan_info {
	const struct stk_step *steps;
	size_t n_steps;
	const struct stk_loader *const *loaders;
	size_t n_loaders;
	uint64_t image_bytes;
	uint64_t sectors;
	uint64_t preserved_bytes;
	enum stk_after after;
};

struct stk_plan;

/*
 * Give each byte to the one loader whose device holds it, lay the loaders out
 * in the target's RAM, list every step. Fails, with the ranges and the
 * candidates in the sentence, when a byte has no loader or two. The loaders,
 * the image and the target must outlive the plan.
 */
stk_export int stk_plan_new(struct stk_target *target, struct stk_loader *const *loaders,
			    size_t n_loaders, const struct stk_plan_options *opt,
			    struct stk_plan **ret, struct stk_error *err) stk_must_check;
stk_export void stk_plan_free(struct stk_plan *plan);
stk_export const struct stk_plan_info *stk_plan_info(const struct stk_plan *plan);

enum stk_verify_method {
	STK_VERIFY_NONE,
	STK_VERIFY_READBACK,		/* the debugger read the flash */
	STK_VERIFY_TARGET_CRC,		/* our code on the target summed it */
	STK_VERIFY_LOADER_READ,		/* the loader's Read: its own word */
	STK_VERIFY_LOADER_VERIFY,	/* Verify took the data, refused it with a bit changed */
};

/* "none", "readback", "target-crc", "loader-read", "loader-verify". */
stk_export const char *stk_verify_name(enum stk_verify_method m);

enum stk_event_kind {
	STK_EVENT_STEP,		/* a step begins */
	STK_EVENT_PROGRESS,	/* done of total, in bytes */
	STK_EVENT_WARNING,	/* text */
};

struct stk_event {
	enum stk_event_kind kind;
	const struct stk_step *step;
	uint64_t done, total;
	const char *text;
};

struct stk_job_options {
	size_t size;
	void *data;
	void (*event)(void *data, const struct stk_event *event);
	/*
	 * Called once before the first erase of sectors, with what could be
	 * lost: bytes of theirs that are not in the image and not blank (an
	 * erase job is to lose them), and the sectors next to them, whole.
	 * Keep them where the user finds them; a failure stops the job before
	 * anything was touched. Not called for a mass erase, which is to lose
	 * all, nor where the flash cannot be read. NULL: nobody keeps them.
	 */
	int (*rescue)(void *data, const struct stk_chunk *chunks, size_t count,
		      struct stk_error *err);
	/* Set, from a signal handler, together with stk_target_wake(). */
	const volatile int *cancel;
};

/* What is known of one sector when a job has ended. */
enum stk_sector_state {
	STK_SECTOR_UNTOUCHED,
	STK_SECTOR_UNCHANGED,	/* compared equal, left alone */
	STK_SECTOR_ERASED,
	STK_SECTOR_WRITTEN,	/* programmed, not verified */
	STK_SECTOR_VERIFIED,
	STK_SECTOR_UNKNOWN,	/* an erase or write in it was cut short or failed */
};

stk_export const char *stk_sector_state_name(enum stk_sector_state s);

struct stk_sector {
	struct stk_range range;
	unsigned int loader;
	enum stk_sector_state state;
};

/* A failed call, or anything else worth telling, in words and numbers. */
struct stk_evidence {
	const char *what;	/* "FLASH_SR", "PC", "stack used" */
	const char *value;	/* "0x00000010 (WRPERR)" */
};

/* Why it failed: filled by diagnose from plain evidence. */
struct stk_diagnosis {
	const char *cause;	/* stable id */
	const char *message;	/* one sentence */
	const char *remedy;	/* what to try */
	const char *basis;	/* "manual", "observed", "assumed"; NULL: none needed */
	const struct stk_evidence *evidence;
	size_t n_evidence;
};

struct stk_report {
	bool ok;
	bool verified;
	enum stk_verify_method method;	/* the weakest used */
	uint64_t sectors_erased, sectors_programmed, sectors_unchanged;
	uint64_t bytes_programmed, bytes_verified, bytes_preserved;
	uint64_t calls;			/* loader functions called */
	uint64_t target_ns;		/* time on the target's clock */
	bool virtual_time;
	const struct stk_sector *sectors;
	size_t n_sectors;
	const struct stk_chunk *read;	/* STK_ACTION_READ: the bytes */
	size_t n_read;
	bool blank;			/* STK_ACTION_BLANK_CHECK: the answer */
	struct stk_range mismatch;	/* first bytes that differ; len 0: none */
	const struct stk_module_info *const *modules;	/* every one that took part */
	size_t n_modules;
	bool tainted;			/* a module that is not ours took part */
	bool has_link;			/* the target counts what goes over its link */
	struct stk_link_stats link;	/* of this job */
	const struct stk_diagnosis *diagnosis;	/* NULL: nothing failed */
	const char *const *warnings;
	size_t n_warnings;
};

struct stk_job;

/*
 * Run @plan. *ret is written on failure too (whenever the job began), since a
 * report of what happened to which sector is worth most then; it is NULL only
 * when memory ran out. The caller frees it with stk_job_free().
 */
stk_export int stk_job_run(const struct stk_plan *plan, const struct stk_job_options *opt,
			   struct stk_job **ret, struct stk_error *err) stk_must_check;
stk_export void stk_job_free(struct stk_job *job);
stk_export const struct stk_report *stk_job_report(const struct stk_job *job);

/* ---- boards and servers ------------------------------------------------ */

/*
 * A board: an open target, the loaders that write its flash, and servers that
 * put it on sockets. All servers of a board share its one core; whatever one
 * does, the others are told. One thread serves them all.
 *
 *	stk_board_new()		a target, halted, and the loaders for its flash
 *	stk_board_listen()	a server in front of it; again for another one
 *	stk_board_serve()	until a client ends it, or
 *	stk_board_wake()	from a signal handler or thread, with *cancel set
 *	stk_board_free()	closes the servers; target and loaders stay open
 *
 * While a board serves, nobody else uses its target. While the core of a
 * virtual chip runs, it does so as fast as it can for a second, as loaders
 * do, and from then on no faster than a real one: what waits for interrupts
 * costs no processor.
 */
struct stk_board;

enum stk_board_event_kind {
	STK_BOARD_LINE,		/* for people, and nothing more is known of it */
	STK_BOARD_CLIENT_CAME,	/* text: who, "127.0.0.1:51234" */
	STK_BOARD_CLIENT_WENT,
	STK_BOARD_FLASHED,	/* a flash job ended; text: how, in one line */
};

struct stk_board_event {
	enum stk_board_event_kind kind;
	const char *text;
	const struct stk_report *report;	/* FLASHED; NULL: it never began */
	const struct stk_error *err;		/* FLASHED: why it failed; NULL: it is verified */
};

struct stk_board_options {
	size_t size;
	/* Who writes which flash; may be none: then no server offers flash. */
	struct stk_loader *const *loaders;
	size_t n_loaders;
	const struct stk_host *host;	/* NULL: "stoker" */
	bool force, allow_option_bytes;	/* as in struct stk_plan_options */
	/*
	 * Lines for people, as they come: who connected, what was written, what
	 * failed and what to try. Neither this nor event() may call into the board.
	 */
	void (*say)(void *data, const char *line);
	void *data;
	/* As in struct stk_job_options: set together with stk_board_wake(). */
	const volatile int *cancel;
	/* What say() is told in lines, for programs. Both may be NULL. */
	void (*event)(void *data, const struct stk_board_event *event);
};

/* Target and loaders must outlive the board. Refuses what a plan would refuse. */
stk_export int stk_board_new(struct stk_target *target, const struct stk_board_options *opt,
			     struct stk_board **ret, struct stk_error *err) stk_must_check;
stk_export void stk_board_free(struct stk_board *board);
/*
 * Put the server module @server ("gdb") in front of it, at @address: "HOST:PORT"
 * (port 0: a free one) or the path of a UNIX socket; options "key=value" NULL-ended,
 * may be NULL. *@ret_where: the address it really has; it belongs to the board.
 */
stk_export int stk_board_listen(struct stk_board *board, const char *server,
				const char *address, const char *const *options,
				const char **ret_where, struct stk_error *err) stk_must_check;
/*
 * Serve until a client asks to end (0) or @cancel is set (-EINTR), or the target is
 * lost. Clients that come, go, or talk nonsense end nothing; it may be called again.
 */
stk_export int stk_board_serve(struct stk_board *board, struct stk_error *err) stk_must_check;
/* Async-signal-safe. */
stk_export void stk_board_wake(struct stk_board *board);

/* ---- one call --------------------------------------------------------- */

/* How a call came to its end. */
enum stk_end {
	STK_END_RETURNED,	/* the function returned to the trap */
	STK_END_TIMEOUT,
	STK_END_FAULT,		/* an exception that ends in HardFault or lockup */
	STK_END_STUCK,		/* a poll that nothing can end (virtual chips only) */
	STK_END_CANCELLED,
	STK_END_LOST,		/* the target went away or was reset meanwhile */
};

stk_export const char *stk_end_name(enum stk_end e);

struct stk_call_report {
	const char *function;
	uint32_t args[4];
	unsigned int n_args;
	enum stk_end end;
	uint32_t r0, r1, pc, lr, sp;
	bool ok;		/* it returned, and that does not mean failure */
	const char *meaning;	/* "returned 1: success"; NULL: it did not return */
	uint64_t ns;		/* on the target's clock */
	uint64_t budget_ns;
	uint32_t stack_used, stack_size;
	const struct stk_diagnosis *diagnosis;	/* NULL: ok */
	bool has_link;			/* the target counts what goes over its link */
	struct stk_link_stats link;	/* of this call, loading and all */
	const char *warning;		/* what could not be put back; NULL: nothing */
};

struct stk_call_options {
	size_t size;
	const struct stk_host *host;	/* NULL: "stoker" */
	const uint32_t *args;
	unsigned int n_args;
	uint64_t budget_ns;		/* 0: the loader's declared limit, or the host's */
	const void *buffer;		/* copied into the layout's buffer first; may be NULL */
	size_t buffer_len;
	bool init;			/* call Init before, and UnInit after where there is one */
	/* 1 to 4: that argument becomes the buffer's address on the target; 0: none */
	unsigned int buffer_arg;
	/* As in struct stk_job_options: set together with stk_target_wake(). */
	const volatile int *cancel;
	/* As in struct stk_plan_options. */
	enum stk_after after;
	bool no_reset, force, allow_option_bytes;
};

struct stk_call;

/*
 * Load @loader, call @function by its symbol name with raw arguments. What it
 * returns is judged as a job would judge it: "no" fails with
 * STK_ORIGIN_LOADER. *ret is written also when the call was made and failed;
 * set it to NULL before.
 */
stk_export int stk_call_run(struct stk_target *target, struct stk_loader *loader,
			    const char *function, const struct stk_call_options *opt,
			    struct stk_call **ret, struct stk_error *err) stk_must_check;
stk_export void stk_call_free(struct stk_call *call);
stk_export const struct stk_call_report *stk_call_report(const struct stk_call *call);

/* ---- qualify ---------------------------------------------------------- */

/*
 * Prove a loader good or bad on a virtual chip: everything a host can ask of
 * it, on a healthy chip and on failing ones, under our own or another host's
 * rules, with the chip's cells as the only truth.
 */
enum stk_check_result {
	STK_CHECK_PASS,
	STK_CHECK_FAIL,		/* a documented host would lose data, or fail */
	STK_CHECK_WEAK,		/* a weakness: no documented host meets it on a healthy chip */
	STK_CHECK_SKIP,		/* does not apply to this loader or chip; text says why */
};

/* "pass", "fail", "weak", "skip". */
stk_export const char *stk_check_result_name(enum stk_check_result r);

/* An access to a peripheral register, by the core. */
struct stk_access {
	uint64_t ns, pc, address;
	uint32_t value;
	bool write;
	uint32_t repeats;		/* the same once more, right after: a poll */
	const char *name;		/* "FLASH_CR"; NULL: not known */
	const char *text;		/* "0x00000802 (PER PNB=32)"; NULL: no fields known */
};

/* One call into the loader, in the words of its format. */
struct stk_trial_call {
	const char *text;		/* "EraseSector(0x08010000)" */
	enum stk_end end;
	bool ok;
	const char *meaning;		/* "returned 1: failure"; NULL: it did not return */
	uint64_t ns;
	/* The last ones, in order; n_dropped came before them. */
	const struct stk_access *traffic;
	size_t n_traffic;
	uint64_t n_dropped;
};

struct stk_check {
	const char *id;			/* "erase-only-that-sector": stable */
	const char *group;		/* "calls", "erase", "program", "answers", "state", "honesty" */
	const char *title;		/* what is asked, one line */
	enum stk_check_result result;
	const char *text;		/* what happened, one sentence; "" where it passed */
	uint64_t cases, failed;		/* places or calls tried; of these, not as wanted */
	uint64_t ns;			/* virtual time */
	const struct stk_diagnosis *diagnosis;	/* of the first that failed; or NULL */
	const struct stk_trial_call *call;	/* the call of the first that failed; or NULL */
	/* The rules of the chip that this result rests on: "manual", ... the weakest; NULL: none */
	const char *basis;
	const char *failure;		/* honesty: what was done to the chip; NULL: healthy */
};

/* What can be asked of a loader; in struct stk_check with the answer. */
struct stk_check_info {
	const char *id, *group, *title;
	const char *failure;		/* honesty: what is done to the chip; NULL: healthy */
};

/*
 * All checks there are, in the order in which they run; those of a group one
 * after the other. Which of them apply, loader and chip tell.
 */
stk_export const struct stk_check_info *stk_check_list(size_t *ret_count);

/* One sector of the device, as the checks found it. */
struct stk_sector_trial {
	struct stk_range range;
	bool erase_tried, erase_good;
	bool program_tried, program_good;
	uint64_t erase_ns, program_ns;
};

enum stk_host_result {
	STK_HOST_WORKS,
	STK_HOST_REFUSED,	/* a documented rule; nothing was executed */
	STK_HOST_FAILS,		/* executed: a call said no, or faulted */
	STK_HOST_HANGS,		/* executed: a call did not end */
	STK_HOST_CORRUPTS,	/* executed: success was said, the cells say otherwise */
	STK_HOST_FORMAT,	/* it does not take loaders of this format */
};

/* "works", "refused", "fails", "hangs", "corrupts", "not-taken". */
stk_export const char *stk_host_result_name(enum stk_host_result r);

/* This loader under that host, in a range of its versions. */
struct stk_host_trial {
	const char *host;		/* "cubeprogrammer" */
	const char *since, *until;	/* versions, both inclusive; NULL: open */
	enum stk_host_result result;
	bool sure;			/* else text says what is not known */
	const char *text;		/* where it hangs, what is corrupt, which rule; "" */
	const char *rule, *source, *basis;	/* NULL where none decided */
	const struct stk_diagnosis *diagnosis;	/* or NULL */
	uint64_t ns;
};

/* A single change to what the loader reads that gives the symptom. */
struct stk_hypothesis {
	const char *what;		/* "DBGMCU_IDCODE reads 0x00000000 (zero)" */
	uint64_t address;		/* of the register; 0: a rule of the chip */
	uint32_t value;
	const char *how;		/* "zero", "ones", "reset", "STM32G474", "rule" */
	const char *rule, *variant;	/* of an assumed rule; NULL: a register */
	bool fits;			/* it gives the symptom */
	const char *text;		/* what happened then, one sentence */
	const struct stk_trial_call *call;	/* or NULL */
};

struct stk_qualify_report {
	bool good;			/* checks were made, and none failed */
	const char *verdict;		/* one sentence, with what it rests on */
	size_t n_pass, n_fail, n_weak, n_skip;
	const char *chip, *target;	/* "STM32G431CB", "emu:stm32g431cb" */
	const char *host;		/* whose rules the checks ran under */
	uint32_t seed;
	const struct stk_loader_info *loader;
	const struct stk_check *checks;
	size_t n_checks;
	const struct stk_sector_trial *sectors;
	size_t n_sectors;
	const struct stk_host_trial *hosts;	/* only if asked for */
	size_t n_hosts;
	const char *symptom;		/* what hypotheses explain; NULL: not asked for */
	const struct stk_hypothesis *hypotheses;
	size_t n_hypotheses;
	uint64_t calls, target_ns;
	const struct stk_module_info *const *modules;
	size_t n_modules;
	bool tainted;
	/*
	 * Over the checks' calls: every register access but polls, every change of
	 * the flash, every end and result. Equal: both did the same to the chip.
	 */
	uint64_t traffic_digest;
	/* Of the option bytes what decides over the device's sectors: "DBANK=1"; "": nothing */
	const char *option_state;
	/* traffic_digest without reads, and without writes that changed nothing. */
	uint64_t effect_digest;
};

struct stk_qualify_options {
	size_t size;
	const char *target;		/* "emu:stm32g431cb,nor=...": opened anew for each check */
	const struct stk_target_options *target_options;	/* may be NULL */
	const struct stk_host *host;	/* the checks run under it; NULL: "stoker" */
	bool all_hosts;			/* the matrix, over every profile and version */
	const struct stk_host *const *hosts;	/* or over these */
	size_t n_hosts;
	bool no_checks;			/* the matrix or what-if alone */
	bool no_honesty;		/* a healthy chip alone */
	const char *const *only;	/* ids or groups of checks, NULL-ended; NULL: all */
	bool what_if;			/* look for hypotheses */
	const char *symptom;		/* "EraseSector 0x08010000 returns 1"; NULL: the first failure */
	uint32_t seed;			/* places and data; same seed, same report */
	void *data;
	/* A check begins: @done of @total; may be NULL. */
	void (*event)(void *data, const char *what, size_t done, size_t total);
	/* The target that is open now, NULL when it is closed: for stk_target_wake(). */
	void (*target_open)(void *data, struct stk_target *target);
	const volatile int *cancel;
};

struct stk_qualify;

/*
 * Fails where it could not be told: the target is not virtual, no chip, no RAM
 * for the loader, cancelled. A bad loader is no failure: see the report. The
 * loader must outlive *ret, which stk_qualify_free() frees.
 */
stk_export int stk_qualify_run(struct stk_ctx *ctx, struct stk_loader *loader,
			       const struct stk_qualify_options *opt,
			       struct stk_qualify **ret,
			       struct stk_error *err) stk_must_check;
stk_export void stk_qualify_free(struct stk_qualify *q);
stk_export const struct stk_qualify_report *stk_qualify_report(const struct stk_qualify *q);

/* ---- two loaders at work ---------------------------------------------- */

/* The same call by both: how it went, and where the bus traffic parts. */
struct stk_behaviour_call {
	const char *text;		/* "EraseSector(0x08010000)" */
	bool equal;			/* same traffic, same end, same result */
	struct stk_trial_call a, b;	/* traffic: around the first difference */
	size_t differs;			/* index into both traffics; of no use where equal */
	const char *difference;		/* one sentence; "" */
};

struct stk_behaviour_report {
	bool equal;
	const char *chip, *target, *host;
	const struct stk_behaviour_call *calls;
	size_t n_calls;
};

struct stk_behaviour;

/* Both loaders get the calls that a job makes; each on a chip of its own. */
stk_export int stk_behaviour_diff(struct stk_ctx *ctx, struct stk_loader *a,
				  struct stk_loader *b,
				  const struct stk_qualify_options *opt,
				  struct stk_behaviour **ret,
				  struct stk_error *err) stk_must_check;
stk_export void stk_behaviour_free(struct stk_behaviour *d);
stk_export const struct stk_behaviour_report *stk_behaviour_report(
	const struct stk_behaviour *d);

/* ---- small things ----------------------------------------------------- */

/* SHA-256 (FIPS 180-4) of @len bytes as 64 lower-case hex digits and a NUL. */
stk_export void stk_sha256_hex(const void *bytes, size_t len, char ret[65]);

stk_export const char *stk_version(void);

#ifdef __cplusplus
}
#endif

#endif
