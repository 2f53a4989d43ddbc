/* SPDX-License-Identifier: MIT */
/* thumb.h - what the files of the module analysis/thumb share */
#ifndef THUMB_H
#define THUMB_H

#include <stdlib.h>

#include <stoker/module.h>

#include "decode.h"

extern const struct stk_analysis_driver thumb_driver;

#define SLOT_NONE	UINT32_MAX
#define FUNCTION_NONE	UINT32_MAX

/* Registers that a call may change: AAPCS32 6.1.1. */
#define CALL_CLOBBERS	0x500f

/*
 * Several times the largest loader; bytes beyond are not looked at, so that no
 * file takes more than some 80 MiB and seconds.
 */
#define MAX_IMAGE	(1u << 20)
#define MAX_STARTS	16384u

/* What is known of a halfword of the image. */
enum thumb_mark {
	MARK_CODE = 0x01,	/* an instruction begins here */
	MARK_TAIL = 0x02,	/* the second half of one */
	MARK_LEADER = 0x04,	/* a branch comes here */
	MARK_START = 0x08,	/* a function begins here */
	MARK_CONDITIONAL = 0x10,	/* in an IT block */
	MARK_DATA = 0x20,	/* $d says so, or a literal or table lies here */
	MARK_FOREIGN = 0x40,	/* entered from another function, not at its start */
};

/* A run of bytes; a slot is a halfword of it. */
struct thumb_piece {
	uint32_t addr;		/* even */
	uint32_t first, slots;
	const uint8_t *data;
	uint32_t len;
};

/* What a register holds. */
enum value_kind {
	VALUE_NONE,		/* no path came here yet */
	VALUE_CONST,
	VALUE_STACK,		/* the stack pointer at entry plus @v */
	VALUE_UNKNOWN,
};

struct value {
	uint8_t kind;
	uint32_t v;
};

struct state {
	struct value r[16];
};

/* The targets of a table branch. */
struct thumb_table {
	uint32_t pc, base, count;
	uint8_t width; /* 1, 2: distances in halfwords from @base; 4: addresses */
};

/* A call, or a jump to another function. */
struct thumb_edge {
	uint32_t pc;
	uint32_t target;	/* 0: not told */
	uint32_t to;		/* index; FUNCTION_NONE: not one of ours */
	uint32_t depth;		/* of the stack there */
	bool jump;
};

struct thumb_function {
	uint32_t start, end;	/* of its instructions */
	const struct stk_code_symbol *symbol;	/* NULL: none */
	bool root;		/* called from where we do not see */
	bool queued;
	uint16_t writes, pushed, popped, clobbers;
	struct value args[4];
	uint32_t first_insn, n_insns;
	uint32_t first_edge, n_edges;
	uint32_t stack_own, stack;
	bool stack_bounded;
	uint8_t rounds;		/* how often it was worked through */
	uint8_t colour;		/* of the search for cycles */
};

struct thumb {
	const struct stk_code_input *in;
	struct thumb_piece *pieces;
	size_t n_pieces;
	uint32_t n_slots;
	uint8_t *mark;
	uint32_t *owner;	/* function + 1, by slot */
	uint32_t *home;		/* the same, by the extent of its symbol */
	uint32_t *leader;	/* state + 1 */
	struct thumb_function *functions;
	size_t n_functions, function_room;
	uint32_t *starts;	/* found besides the symbols */
	size_t n_starts, start_room;
	bool again;		/* a start was found late */
	uint32_t *insns;	/* addresses, by function, ascending */
	struct thumb_table *tables;
	size_t n_tables, table_room;
	struct thumb_edge *edges;
	size_t n_edges, edge_room;
	struct state *states;
	uint8_t *visits;	/* by state */
	size_t n_states, state_room, visit_room;
	uint32_t *queue;	/* functions, as a ring */
	size_t queue_head, queue_len;
	uint32_t *work;		/* addresses */
	size_t n_work, work_room;
};

/*
 * Room for element @count of an array that grows by doubling; false: out of
 * memory.
 */
bool thumb_grow(void *array, size_t *room, size_t count, size_t size);

/* ---- map.c: the image by halfwords ------------------------------------ */

int thumb_map(struct thumb *t, const struct stk_code_input *in, struct stk_error *err)
	stk_must_check;
void thumb_free(struct thumb *t);
/* SLOT_NONE: not in the image, or odd. */
uint32_t thumb_slot(const struct thumb *t, uint32_t addr);
/* @size bytes, little-endian, 1 to 4; false: not all of them in the image. */
bool thumb_read(const struct thumb *t, uint32_t addr, unsigned int size, uint32_t *ret);
/* Is that memory that nothing writes? */
bool thumb_read_only(const struct thumb *t, uint32_t addr);
/* Is @v an address of the image or its zero-initialised part, or its end? */
bool thumb_in_image(const struct thumb *t, uint32_t v);
/* INSN_UNDEFINED with size 0 where the image ends. */
struct insn thumb_insn(const struct thumb *t, uint32_t addr);

/* ---- flow.c: where control goes --------------------------------------- */

/* Does control reach the next instruction? */
bool thumb_falls_through(const struct insn *i, bool conditional);
/* A jump to an address that the instruction or its literal tells. */
bool thumb_jump_target(const struct thumb *t, const struct insn *i, uint32_t *ret);
/* A call to such an address. */
static inline bool thumb_is_call(const struct insn *i)
{
	return i->op == INSN_CALL || i->op == INSN_CALL_REGISTER;
}
/* Leaves the function through a register or memory, BX LR and POP excluded. */
bool thumb_is_blind_jump(const struct insn *i);
/* Find the table of the table branch at @pc, whose function was walked so far. */
bool thumb_find_table(const struct thumb *t, uint32_t pc, const struct insn *i,
		      struct thumb_table *ret);
const struct thumb_table *thumb_table_at(const struct thumb *t, uint32_t pc);
/* Entry @n; false: it leads nowhere. */
bool thumb_table_entry(const struct thumb *t, const struct thumb_table *table, uint32_t n,
		       uint32_t *ret);

/* ---- walk.c: functions and their instructions ------------------------- */

int thumb_walk(struct thumb *t, struct stk_error *err) stk_must_check;
/* The function that begins at @addr. */
uint32_t thumb_function_at(const struct thumb *t, uint32_t addr);
/* A function that the next walk shall know of. */
int thumb_late_start(struct thumb *t, uint32_t addr,
		     struct stk_error *err) stk_must_check;

/* ---- edges.c: who calls whom, and what calls change ------------------- */

int thumb_link(struct thumb *t, struct stk_error *err) stk_must_check;
/* Core registers that the call @e may change. */
uint16_t thumb_clobbers(const struct thumb *t, const struct thumb_edge *e);
/* The edges of function @f at @pc: a conditional jump may have two. */
struct thumb_edge *thumb_edges_at(const struct thumb *t, uint32_t f, uint32_t pc,
				  unsigned int *ret_count);

/* ---- value.c: one instruction ----------------------------------------- */

/* What is true on both paths. Returns whether *to changed. */
bool value_join(struct value *to, struct value from);
bool state_join(struct state *to, const struct state *from);
void state_unknown(struct state *s);
/* The operand that is shifted register or immediate. */
struct value state_operand(const struct state *s, const struct insn *i);
/* Address of a load or store, or of the lowest of several. */
struct value state_address(const struct state *s, const struct insn *i);
/* Bytes that a load or store of several takes. */
uint32_t insn_many_bytes(const struct insn *i);
/* What a load gives. */
struct value state_load(const struct thumb *t, const struct state *s,
			const struct insn *i);
/* @clobbers: of a call. */
void state_step(const struct thumb *t, struct state *s, const struct insn *i,
		bool conditional, uint16_t clobbers);

/* ---- propagate.c: all of them ----------------------------------------- */

int thumb_propagate(struct thumb *t, struct stk_error *err) stk_must_check;

/* One instruction with what is known before it. */
struct thumb_step {
	uint32_t addr;
	struct insn insn;
	bool conditional;
	struct state before, after;
	struct thumb_edge *edges;
	unsigned int n_edges;
};

/* The instructions of @f by address; what @fn returns, if not 0, ends it. */
int thumb_each_step(struct thumb *t, uint32_t f,
		    int (*fn)(void *data, const struct thumb_step *step), void *data);

/* ---- depth.c ----------------------------------------------------------- */

int thumb_depths(struct thumb *t, struct stk_error *err) stk_must_check;

/* ---- shape.c ----------------------------------------------------------- */

uint32_t thumb_shape(const struct thumb *t, const struct thumb_step *step);
/* Is it the way from the program counter to something in the image? */
bool thumb_loads_distance(const struct thumb *t, const struct thumb_step *step);

/* ---- thumb.c: all of the above, in order -------------------------------- */

/* @t is all zero, and thumb_free()d by the caller, also on failure. */
int thumb_understand(struct thumb *t, const struct stk_code_input *in,
		     struct stk_error *err) stk_must_check;

/* ---- facts.c, list.c: what comes out ----------------------------------- */

struct text;
int thumb_facts(struct thumb *t, struct text *text, struct stk_code_builder *b,
		struct stk_error *err) stk_must_check;
int thumb_list(struct thumb *t, struct text *text, uint32_t f,
	       void (*line)(void *data, const struct stk_code_line *line), void *data,
	       struct stk_error *err) stk_must_check;
/* The instruction of @step in words, IT block considered. */
void thumb_text(const struct thumb *t, struct text *text, const struct insn *i,
		uint32_t addr, bool conditional, char *ret, size_t size);

#endif
