/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * nor-core.h - inside a SPI-NOR part
 *
 * nor.c drives the wires and decodes, nor-array.c erases and programs,
 * nor-open.c makes a part from its facts, and nor-VENDOR.c brings the
 * instruction table and the status registers of one vendor: a table of struct
 * nor_op and a struct nor_vendor.
 */
#ifndef NOR_CORE_H
#define NOR_CORE_H

#include "nor.h"

#define NOR_PAGE	256u
#define NOR_REGISTERS	8	/* bytes of non-volatile registers in the store */
#define NOR_16M		0x1000000u

/* From facts/nor.toml. */
struct nor_part {
	const char *name, *title, *vendor, *source;
	uint8_t id[3], id_qe0[3], device_id;
	uint32_t size;
	uint8_t bp_bits;
	uint32_t page_us, erase_4k_us, erase_32k_us, erase_64k_us, chip_us, status_us;
};

extern const struct nor_part nor_parts[];
extern const size_t nor_n_parts;

/* ---- instructions ----------------------------------------------------- */

#define NOR_ADDR_MODE	0xff	/* 3 or 4 address bytes, by the address mode */

enum {
	NOR_OP_WEL = 1 << 0,		/* needs the write enable latch */
	NOR_OP_STATUS = 1 << 1,		/* needs it, or the volatile write enable */
	NOR_OP_QUAD = 1 << 2,		/* needs QE */
	NOR_OP_BUSY = 1 << 3,		/* accepted while an operation runs */
	NOR_OP_QPI = 1 << 4,		/* exists in QPI mode too */
	NOR_OP_QPI_READ = 1 << 5,	/* its dummy clocks in QPI are configured */
	NOR_OP_BIG = 1 << 6,		/* on parts of more than 16 MiB only */
	NOR_OP_QE0 = 1 << 7,		/* on parts with a changeable QE only */
	NOR_OP_WAKE = 1 << 8,		/* taken in power-down; complete after the opcode */
	NOR_OP_UNMODELLED = 1 << 9,	/* the part has it, this model does not */
};

struct nor_op {
	uint8_t opcode;
	uint8_t addr_bytes;	/* 0, 3, 4 or NOR_ADDR_MODE */
	uint8_t addr_lines;	/* also of the mode byte; 4 for all in QPI */
	uint8_t data_lines;
	uint8_t mode;		/* 1: a mode byte M7-0 follows the address */
	uint8_t dummy;		/* clocks after address and mode */
	uint16_t flags;
	uint32_t len;		/* of an erase */
	/* At most one of both; neither: nothing may follow the header. */
	uint8_t (*out)(struct nor *nor);
	void (*in)(struct nor *nor, uint8_t byte);
	/* Chip select rose after a complete instruction. */
	void (*done)(struct nor *nor);
};

struct nor_vendor {
	const char *name;
	const struct nor_op *ops;
	size_t n_ops;
	/* Registers to what they are after a reset; @power: after power-on. */
	void (*reset)(struct nor *nor, bool power);
	bool (*quad_enabled)(const struct nor *nor);
	bool (*is_protected)(const struct nor *nor, uint32_t addr, uint32_t len);
	unsigned int (*qpi_dummy)(const struct nor *nor);
	/* A status job ended; its bytes are in job.data. */
	void (*status_written)(struct nor *nor);
	/* As an application left it; -EINVAL: the part has no such state. */
	int (*leave)(struct nor *nor, const char *state);
};

extern const struct nor_vendor nor_winbond;

/* ---- operations on the array ------------------------------------------ */

enum nor_job_kind {
	NOR_JOB_NONE,
	NOR_JOB_PROGRAM,
	NOR_JOB_ERASE,
	NOR_JOB_STATUS,
};

struct nor_job {
	enum nor_job_kind kind;
	uint32_t addr, len;
	uint64_t left_ns;		/* while suspended */
	uint8_t data[NOR_PAGE];		/* PROGRAM: the page's; STATUS: registers */
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

struct nor {
	struct emu *emu;
	const struct nor_part *part;
	const struct nor_vendor *vendor;
	struct nor_place place;
	char register_store[32];
	const char *left_as;	/* nor.state, until the first power-on */
	bool qe_fixed;
	uint8_t *array, *nonvolatile;

	/* the frame on the wires */
	bool selected;
	enum nor_phase phase;
	unsigned int lines;	/* of this phase */
	unsigned int shift, bits;	/* a byte in the making */
	unsigned int left;	/* bytes (or dummy clocks) of this phase */
	const struct nor_op *op;
	uint32_t address;
	uint32_t n_data;	/* bytes in the data phase */
	uint8_t frame[NOR_PAGE];	/* data so far, by address modulo page */

	/* modes */
	bool wel, volatile_wel, qpi, four_byte, powered_down;
	unsigned int reset_armed;	/* frames in which Reset (99h) counts */
	const struct nor_op *continuous;	/* the read that goes on without opcode */
	uint8_t sr[3], extended_address, read_parameters;

	/* operations */
	struct nor_job job, suspended;
	bool suspending, settling;
	struct emu_event event;
};

static inline bool nor_busy(const struct nor *nor)
{
	return nor->job.kind != NOR_JOB_NONE;
}

/* The rule took effect at the address of this frame. */
void nor_rule(struct nor *nor, const struct emu_rule *rule);
/* The frame's address in the array, extended address and wrap applied. */
uint32_t nor_array_address(const struct nor *nor);
const struct nor_op *nor_find_op(const struct nor *nor, uint8_t opcode);

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

#endif
