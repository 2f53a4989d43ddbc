/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * nor-core.h - inside a SPI-NOR part
 *
 * nor.c decodes instructions, nor-wire.c drives the wires, nor-array.c erases
 * and programs, nor-common.c has what all vendors' instructions do alike,
 * nor-open.c makes a part from its facts, and nor-VENDOR.c brings the
 * instruction table and the registers of one vendor: a table of struct nor_op
 * and a struct nor_vendor.
 */
#ifndef NOR_CORE_H
#define NOR_CORE_H

#include "nor.h"

#define NOR_PAGE_MAX	512u
#define NOR_REGISTERS	8	/* bytes of non-volatile registers in the store */
#define NOR_16M		0x1000000u
#define NOR_ID_MAX	6u

/*
 * What some parts of a vendor have and others have not: "traits" in
 * facts/nor.toml. In the flags of an instruction: only parts that have it.
 */
enum {
	NOR_HAS_4BYTE = 1 << 16,	/* 4-byte address mode and instructions */
	NOR_HAS_QPI = 1 << 17,		/* all phases on four lines, by an instruction */
	NOR_HAS_DTR = 1 << 18,		/* reads on both edges of the clock */
	NOR_HAS_DIES = 1 << 19,		/* several dies, each erased by itself: no chip erase */
	NOR_HAS_EAR = 1 << 20,		/* extended address register */
	NOR_HAS_WREN_4BYTE = 1 << 21,	/* entering 4-byte mode needs the WEL */
	NOR_HAS_QE0 = 1 << 22,		/* Quad Enable is 0 from the factory */
	NOR_HAS_SR3 = 1 << 23,		/* a third status register */
	NOR_HAS_DIE_SELECT = 1 << 24,	/* several dies that look like one */
	NOR_HAS_4BYTE_WRITE = 1 << 27,	/* 4-byte instructions not only for reading */
	/* of one vendor each: see the top of nor-VENDOR.c */
	NOR_IS_A = 1 << 25,
	NOR_IS_B = 1 << 26,
};

#define NOR_TRAITS	0xffff0000u

/* From facts/nor.toml. */
struct nor_part {
	const char *name, *title, *vendor, *source;
	uint8_t id[NOR_ID_MAX], id_qe0[NOR_ID_MAX], id_len, device_id;
	uint8_t id_qpi;		/* the second byte of the ID in QPI, where it differs */
	uint32_t size, page, block;
	uint32_t traits;
	uint8_t bp_bits, dies;
	/* 0: the part has no such erase */
	uint32_t page_us, erase_4k_us, erase_32k_us, erase_block_us, chip_us, status_us;
	uint32_t reset_us, reset_busy_us, wake_us, power_us;
};

extern const struct nor_part nor_parts[];
extern const size_t nor_n_parts;

/* ---- instructions ----------------------------------------------------- */

#define NOR_ADDR_MODE	0xff	/* 3 or 4 address bytes, by the address mode */

/* Lengths of an erase; others are the number of bytes. */
#define NOR_4K		0x1000u
#define NOR_32K		0x8000u
#define NOR_BLOCK	1u	/* the part's block */
#define NOR_DIE		2u	/* the die that holds the address */
#define NOR_CHIP	0u

enum {
	NOR_OP_WEL = 1 << 0,		/* needs the write enable latch */
	NOR_OP_STATUS = 1 << 1,		/* needs it, or the volatile write enable */
	NOR_OP_QUAD = 1 << 2,		/* needs QE */
	NOR_OP_BUSY = 1 << 3,		/* accepted while an operation runs */
	NOR_OP_QPI = 1 << 4,		/* exists where all phases use several lines */
	NOR_OP_CONFIG = 1 << 5,		/* its dummy clocks are configured */
	NOR_OP_QE0 = 1 << 6,		/* on parts with a changeable QE only */
	NOR_OP_WAKE = 1 << 7,		/* taken in power-down; complete after the opcode */
	NOR_OP_UNMODELLED = 1 << 8,	/* the part has it, this model does not */
	NOR_OP_DTR = 1 << 9,		/* all but the opcode on both edges */
	NOR_OP_ONLY_QPI = 1 << 10,	/* not on one line */
	/* Both by the vendor's assumed rule: */
	NOR_OP_ANY_RATE = 1 << 13,	/* on both edges, taken from a host on one too */
	NOR_OP_ASSUMED = 1 << 14,	/* the part may not have it */
	NOR_OP_STROBE = 1 << 12,	/* with DTR, DQS says where the data begin */
	NOR_OP_CONTINUES = 1 << 11,	/* its mode byte can announce another such read */
};

struct nor_op {
	uint8_t opcode;
	uint8_t addr_bytes;	/* 0, 3, 4 or NOR_ADDR_MODE */
	uint8_t addr_lines;	/* also of the mode byte; all lines in QPI */
	uint8_t data_lines;
	uint8_t mode;		/* 1: a mode byte M7-0 follows the address */
	uint8_t dummy;		/* clocks after address and mode */
	uint32_t flags;		/* NOR_OP_..., and the traits that it needs */
	uint32_t len;		/* of an erase */
	/* At most one of both; neither: nothing may follow the header. */
	uint8_t (*out)(struct nor *nor);
	void (*in)(struct nor *nor, uint8_t byte);
	/* Chip select rose after a complete instruction. */
	void (*done)(struct nor *nor);
};

/* The usual rows of an instruction table. */
#define NOR_BARE(code, what, end) \
	{ .opcode = code, .flags = what, .done = end }
#define NOR_GET(code, what, from) \
	{ .opcode = code, .flags = what, .data_lines = 1, .out = from }
#define NOR_SET(code, what, end) \
	{ .opcode = code, .flags = what, .data_lines = 1, .in = nor_take_data, .done = end }
/* Opcode, address bytes, address lines, data lines, mode byte, dummy clocks. */
#define NOR_READ(code, addr, al, dl, m, d, what) \
	{ .opcode = code, .addr_bytes = addr, .addr_lines = al, .data_lines = dl, \
	  .mode = m, .dummy = d, .flags = what, .out = nor_read_array }
#define NOR_PROGRAM(code, addr, al, dl, what) \
	{ .opcode = code, .addr_bytes = addr, .addr_lines = al, .data_lines = dl, \
	  .flags = NOR_OP_WEL | (what), .in = nor_take_data, .done = nor_program }
#define NOR_ERASE(code, addr, n, what) \
	{ .opcode = code, .addr_bytes = addr, .addr_lines = 1, .len = n, \
	  .flags = NOR_OP_WEL | (what), .done = nor_erase }
#define NOR_ERASE_CHIP(code, what) \
	{ .opcode = code, .len = NOR_CHIP, .flags = NOR_OP_WEL | (what), .done = nor_erase }
#define NOR_UNMODELLED(code) \
	{ .opcode = code, .flags = NOR_OP_UNMODELLED | NOR_OP_QPI }

enum nor_job_kind {
	NOR_JOB_NONE,
	NOR_JOB_PROGRAM,
	NOR_JOB_ERASE,
	NOR_JOB_STATUS,
	NOR_JOB_ERROR,		/* an error keeps the part busy until it is cleared */
};

/* All but name, ops, n_ops and reset may be NULL: the part has no such thing. */
struct nor_vendor {
	const char *name;
	const struct nor_op *ops;
	size_t n_ops;
	/* Registers to what they are after a reset; @power: after power-on. */
	void (*reset)(struct nor *nor, bool power);
	bool (*quad_enabled)(const struct nor *nor);
	bool (*is_protected)(const struct nor *nor, uint32_t addr, uint32_t len);
	/* Dummy clocks, those of a mode byte included, of a NOR_OP_CONFIG read. */
	unsigned int (*dummy)(const struct nor *nor, const struct nor_op *op);
	/* Does this mode byte announce another such read without an opcode? */
	bool (*continues)(uint8_t mode);
	/* The level of IO0 in the first dummy clock of a read. */
	void (*first_dummy)(struct nor *nor, bool level);
	/* A status job ended; its bytes are in job.data. */
	void (*status_written)(struct nor *nor);
	/* An erase or program is asked for. */
	void (*begins)(struct nor *nor, enum nor_job_kind kind);
	/* An operation ended in, or was refused with, an error. */
	void (*failed)(struct nor *nor, enum nor_job_kind kind, bool is_protected);
	/* As an application left it; -EINVAL: the part has no such state. */
	int (*leave)(struct nor *nor, const char *state);
	/* Lets instructions through that no text says the part takes: NOR_OP_ASSUMED. */
	const struct emu_rule *assumed;
	/* The byte at @addr of the SFDP space. */
	uint8_t (*sfdp)(const struct nor_part *part, uint32_t addr);
};

extern const struct nor_vendor nor_winbond, nor_micron, nor_macronix, nor_spansion_s,
	nor_spansion_l, nor_issi, nor_st, nor_macronix_octal;

/* ---- operations on the array ------------------------------------------ */

struct nor_job {
	enum nor_job_kind kind;
	uint32_t addr, len;
	uint64_t left_ns;		/* while suspended */
	bool stuck;			/* ends in an error, changing nothing */
	unsigned int registers;		/* STATUS: bit i: register i is written */
	uint8_t data[NOR_PAGE_MAX];	/* PROGRAM: the page's; STATUS: registers */
};

/* ---- the part --------------------------------------------------------- */

enum nor_phase {
	NOR_OPCODE,
	NOR_ADDRESS,
	NOR_MODE,
	NOR_DUMMY,
	NOR_DATA,
	NOR_DEAF,	/* ignores the rest of this frame */
};

struct nor_fault {
	enum nor_failure kind;
	uint32_t first, len;
};

struct nor {
	struct emu *emu;
	const struct nor_part *part;
	const struct nor_vendor *vendor;
	struct nor_place place;
	char register_store[32];
	const char *left_as;	/* nor.state, until the first power-on */
	bool qe_fixed, qe_set;
	struct emu_choice assumed;	/* of the vendor's assumed rule: NOR_TAKES... */
	uint8_t *array, *nonvolatile;
	uint8_t *locks;		/* volatile: a bit for each 4 KiB, 1: locked */
	struct nor_fault fault;

	/* the frame on the wires */
	bool selected;
	enum nor_phase phase;
	unsigned int lines;	/* of this phase */
	bool both_edges;	/* of this phase */
	bool falling;		/* the clock's next edge */
	bool clock_both_edges;	/* of the phase in which this clock began */
	unsigned int level;	/* of the lines that the part drives */
	unsigned int shift, bits;	/* a byte in the making */
	unsigned int left;	/* bytes (or dummy clocks) of this phase */
	bool first_dummy;	/* clock is next */
	const struct nor_op *op;
	uint8_t opcode;		/* the first of two bytes on eight lines */
	bool twice;		/* both were the same: the host is on one edge */
	uint32_t address;
	uint32_t n_data;	/* bytes in the data phase */
	uint8_t frame[NOR_PAGE_MAX];	/* data so far, by address modulo page */

	/* modes */
	bool wel, volatile_wel, four_byte, powered_down;
	unsigned int bus;	/* lines of the opcode: 1, or 2, 4, 8 for all phases */
	bool bus_both_edges;	/* and all phases on both edges */
	unsigned int reset_armed;	/* frames in which Reset (99h) counts */
	const struct nor_op *continuous;	/* the read that goes on without opcode */
	uint8_t sr[6];		/* registers; which is which, the vendor knows */
	uint8_t extended_address, read_parameters;
	uint8_t flags;		/* error flags of the last operation, as the vendor has them */

	/* operations */
	struct nor_job job, suspended;
	bool suspending, settling;
	struct emu_event event;
};

static inline bool nor_busy(const struct nor *nor)
{
	return nor->job.kind != NOR_JOB_NONE;
}

static inline bool nor_has(const struct nor *nor, uint32_t trait)
{
	return nor->part->traits & trait;
}

/* How an assumed rule can be read. */
enum { NOR_TAKES, NOR_IGNORES };

static inline bool nor_assumes(const struct nor *nor)
{
	return nor->assumed.now == NOR_TAKES;
}

static inline bool nor_is_suspended(const struct nor *nor)
{
	return nor->suspending || nor->suspended.kind != NOR_JOB_NONE;
}

/* ---- nor.c ------------------------------------------------------------ */

/* The rule took effect at the address of this frame. */
void nor_rule(struct nor *nor, const struct emu_rule *rule);
/* Is @op one of the vendor that this part has? The assumed ones count. */
bool nor_part_has(const struct nor *nor, const struct nor_op *op);
/* The frame's address in the array, extended address and wrap applied. */
uint32_t nor_array_address(const struct nor *nor);
const struct nor_op *nor_find_op(const struct nor *nor, uint8_t opcode);
/* A byte from the host is complete. */
void nor_take_byte(struct nor *nor, uint8_t byte);
/* The dummy clocks are over. */
void nor_advance(struct nor *nor);

/* ---- nor-array.c ------------------------------------------------------ */

/* Data handlers that instruction tables of any vendor use. */
uint8_t nor_read_array(struct nor *nor);
void nor_take_data(struct nor *nor, uint8_t byte);
void nor_program(struct nor *nor);
void nor_erase(struct nor *nor);

void nor_array_init(struct nor *nor);
/* nor->job runs from now on for @us. */
void nor_start_job(struct nor *nor, uint32_t us);
/* The operation ends here, wherever it was: power loss, or a reset. */
void nor_cut_job(struct nor *nor);
void nor_suspend(struct nor *nor);
void nor_resume(struct nor *nor);
/* Deaf for @us: coming out of reset or power-down. */
void nor_settle(struct nor *nor, uint32_t us);

/* ---- nor-common.c ----------------------------------------------------- */

void nor_set_wel(struct nor *nor);		/* 06h; any other opcode clears it */
void nor_set_four_byte(struct nor *nor);	/* B7h; any other opcode leaves */
void nor_set_extended_address(struct nor *nor);
uint8_t nor_read_extended_address(struct nor *nor);
void nor_power_down(struct nor *nor);
void nor_wake(struct nor *nor);
void nor_arm_reset(struct nor *nor);
void nor_do_reset(struct nor *nor);
/* A reset by an instruction, with the time it takes. */
void nor_reset(struct nor *nor);
uint8_t nor_read_id(struct nor *nor);
uint8_t nor_read_device_id(struct nor *nor);
uint8_t nor_read_ids(struct nor *nor);
uint8_t nor_read_sfdp(struct nor *nor);
/* Modes that every vendor's reset ends. */
void nor_reset_modes(struct nor *nor);
/* A status job with the registers that are in job.data. */
void nor_write_registers(struct nor *nor);
/*
 * Non-volatile registers: the store is all ones when new, and that stands for
 * the factory's values.
 */
uint8_t nor_load_register(const struct nor *nor, unsigned int i, uint8_t factory);
void nor_store_register(struct nor *nor, unsigned int i, uint8_t factory, uint8_t value);
/* Volatile locks of 4 KiB units. */
void nor_lock(struct nor *nor, uint32_t addr, uint32_t len, bool value);
bool nor_any_locked(const struct nor *nor, uint32_t addr, uint32_t len);
/*
 * States of nor.state= that all parts know alike; -EINVAL: not one of them.
 * @continuous: the read that an application leaves a part in, 0: none;
 * @suspend: the opcode of a suspend.
 */
int nor_leave_common(struct nor *nor, const char *state, uint8_t continuous,
		     uint8_t suspend);
/* "protected": for good, by these bits of the status register. */
int nor_leave_protected(struct nor *nor, uint8_t bits, uint8_t factory);

/*
 * Block protection as most have it: @bp of 0 protects nothing, each step
 * doubles a span of @unit bytes up to the whole array, at the top or bottom.
 */
bool nor_in_bp_span(const struct nor *nor, unsigned int bp, uint32_t unit, bool bottom,
		    uint32_t addr, uint32_t len);

#endif
