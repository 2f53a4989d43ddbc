/* SPDX-License-Identifier: GPL-2.0-only */
/* priv.h - what the files of the virtual core share and models do not see */
#ifndef EMU_PRIV_H
#define EMU_PRIV_H

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif
#include <stdlib.h>

#include "emu.h"
#include "timing.h"

#define ARRAY_SIZE(a)	(sizeof(a) / sizeof((a)[0]))

#define EMU_MAX_RAM	16
#define EMU_MAX_WINDOW	16
#define EMU_MAX_ALIAS	8
#define EMU_MAX_DEV	128
#define EMU_MAX_BREAK	8
#define EMU_MAX_OPTION	64
#define EMU_MAX_ARRAY	16
#define EMU_MAX_FAILURE	32
#define EMU_MAX_OFFER	64
#define EMU_MAX_BAD	32
#define EMU_MAX_CHOICE	32
#define EMU_MAX_PERTURBED 16
#define EMU_NESTING	8	/* exceptions active at a time */
#define EMU_NEVER	UINT64_MAX

/* Cycles an exception takes to enter and to leave (Cortex-M4 TRM 3.9). */
#define EMU_EXCEPTION_CYCLES	12

/* ---- clock.c ---- */

struct emu_clock {
	uint64_t cycles;	/* core cycles since power-on; the master of time */
	uint64_t skipped;	/* of these, cycles in which no instruction began */
	uint64_t base_cycles, base_ns;
	uint32_t hz;
	uint64_t next;		/* cycle of the first event, or EMU_NEVER */
	struct emu_event *events;
	uint64_t fired;
};

void clock_init(struct emu *emu, uint32_t hz);
/* When @cycle, which is not long past, begins. */
uint64_t clock_ns_of(const struct emu *emu, uint64_t cycle);
/* First cycle at which emu_now() is at least @when. */
uint64_t clock_cycle_at(const struct emu *emu, uint64_t when);
/* Let time pass until @cycle without executing. */
void clock_skip_to(struct emu *emu, uint64_t cycle);
void clock_fire(struct emu *emu);

/* ---- cpu.c: the only file that knows Unicorn ---- */

struct emu_fp {
	uint64_t d[16];
	uint32_t fpscr;
};

/* What a loop must bring back unchanged to be a loop. */
struct emu_context {
	uint32_t r[22];		/* no padding: compared as bytes */
	uint64_t d[16];
};

struct emu_io {			/* a hole between RAMs, which goes to the bus */
	struct emu *emu;
	uint32_t start;
};

struct emu_cpu {
	struct uc_struct *uc;
	struct emu_io io[EMU_MAX_RAM + 1];
	unsigned int n_io;
	int interrupt;		/* Unicorn's number, -1: none */
	bool has_fp;
	bool fp_off;		/* and CPACR keeps it off */
	bool v6m;
	uint32_t pc;		/* of the instruction executing */
	uint32_t size;		/* its length */
	uint32_t next;		/* where the next one is, without a branch */
	uint64_t limit;		/* cycle at which the hook looks closer */
	uint64_t deadline;	/* cycle at which wait() ends */
	uint64_t hot;		/* filter of addresses that need a look */
	bool stopping;		/* uc_emu_stop() was asked for */
	bool sensitive;		/* exceptions may have been unmasked */
	bool sleeping;		/* WFI, WFE */
	bool event;		/* WFE's event register */
	uint32_t breaks[EMU_MAX_BREAK];
	unsigned int n_breaks;
	bool at_break;		/* stopped there: pass it once */
	uint32_t skip_break;
	struct emu_context at_fault;
};

int cpu_open(struct emu *emu, struct stk_error *err);
void cpu_close(struct emu *emu);
uint32_t cpu_reg(const struct emu *emu, unsigned int stk_reg);
void cpu_set_reg(struct emu *emu, unsigned int stk_reg, uint32_t value);
/* Execution priority registers: BASEPRI, FAULTMASK. */
uint32_t cpu_basepri(const struct emu *emu);
bool cpu_faultmask(const struct emu *emu);
void cpu_clear_masks(struct emu *emu);
void cpu_get_fp(const struct emu *emu, struct emu_fp *fp);
void cpu_set_fp(struct emu *emu, const struct emu_fp *fp);
void cpu_get_context(const struct emu *emu, struct emu_context *ctx);
/* Take @emu->fault: stop at the instruction that caused it. */
void cpu_stop_at_fault(struct emu *emu);
/* How execution ended. */
enum cpu_end {
	CPU_STOPPED,		/* we wanted that */
	CPU_INTERRUPT,		/* cpu.interrupt says which */
	CPU_NO_CODE,		/* PC is where no code can be */
	CPU_OTHER,		/* a hint such as WFI, or an instruction that is none */
};
enum cpu_end cpu_execute(struct emu *emu);

/* ---- attention.c ---- */

static inline uint64_t cpu_hot_bit(uint32_t pc)
{
	return 1ull << (pc >> 1 & 63);
}

void cpu_update_hot(struct emu *emu);
/* The hook asks, before the instruction at @pc: true to stop here. */
bool cpu_look_closer(struct emu *emu, uint32_t pc);
void cpu_update_limit(struct emu *emu);
/* Something asks for a look before the next instruction. */
void cpu_attention(struct emu *emu);
bool cpu_at_breakpoint(const struct emu *emu, uint32_t pc);
/* Host memory behind [start, start+len) was written: forget its translation. */
void cpu_forget_code(struct emu *emu, uint32_t start, uint32_t len);

/* ---- run.c ---- */

/* Execute; 0 and *ret, or -ETIMEDOUT at cycle @deadline. */
int cpu_run(struct emu *emu, uint64_t deadline, struct stk_stop *ret);

/* ---- poll.c ---- */

struct emu_poll {
	bool enabled;
	bool armed;
	bool by_read;			/* by a read, else by the clock */
	unsigned int misses;
	unsigned int differs;		/* register that told the last miss */
	uint64_t looks_left;		/* until the anchor is given up */
	uint64_t rearm_at;
	uint32_t pc;			/* where the loop is expected back */
	uint64_t cycle, number;		/* when it was there; instructions until then */
	uint64_t changes;		/* emu->changes then */
	struct emu_context context;
	bool after_load;		/* timing_after_load() then */
	uint64_t check_at;		/* cycle of the next look without a read */
	uint64_t lifetime;		/* cycles a loop may take to come back */
	uint32_t last_pc, last_addr, last_value;
	uint64_t last_changes;
	bool stuck;
	uint64_t stuck_turn;		/* instructions of it */
	uint64_t forwarded;		/* iterations skipped */
};

void poll_reset(struct emu *emu);
/* A register or window was read by the core. */
void poll_read(struct emu *emu, uint32_t addr, uint32_t value);
/* The core is at poll.pc again, before executing it. True: stop, stuck. */
bool poll_check(struct emu *emu);
/* The cycle of poll.check_at came. */
void poll_arm(struct emu *emu, uint32_t pc);
void poll_text(struct emu *emu, char *buf, size_t len);

/* ---- bus.c ---- */

struct emu_ram {
	struct emu *emu;
	const struct stk_memory *facts;
	uint32_t start, size;
	uint8_t *bytes;
	struct emu_ram *twin;	/* the same cells at another address, or NULL */
	bool borrowed;		/* bytes belong to the twin */
};

/* Addresses that mean others: flash at 0, a second view of flash. */
struct emu_alias {
	uint32_t start, size, to;
};

struct emu_region {
	uint32_t start, last;
	struct emu_dev *dev;
	struct emu_window *window;
};

struct emu_gate {		/* clock enable bit of a peripheral */
	const uint32_t *word;
	uint32_t mask;
};

struct emu_slot {
	struct emu_dev dev;
	struct emu_gate gate;
	uint8_t *reported;	/* one per word: unmodelled register named already */
	bool gate_reported;
};

struct emu_bus {
	struct emu_ram ram[EMU_MAX_RAM];
	unsigned int n_ram;
	struct emu_window window[EMU_MAX_WINDOW];
	unsigned int n_window;
	struct emu_slot slot[EMU_MAX_DEV];
	unsigned int n_slot;
	struct emu_region region[EMU_MAX_DEV + EMU_MAX_WINDOW];
	unsigned int n_region;
	const struct emu_region *recent;
	struct emu_alias alias[EMU_MAX_ALIAS];
	unsigned int n_alias;
	uint32_t boot;		/* flash that holds SP and PC of a reset */
	bool bit_band;
};

int bus_open(struct emu *emu, struct stk_error *err);
void bus_close(struct emu *emu);
int bus_init_devs(struct emu *emu, struct stk_error *err);
void bus_reset(struct emu *emu, bool power);
/* One access; width 1, 2, 4 and aligned. Faults through emu_bus_fault(). */
uint32_t bus_read(struct emu *emu, uint32_t addr, unsigned int width, bool debug);
void bus_write(struct emu *emu, uint32_t addr, unsigned int width, uint32_t value,
	       bool debug);
struct emu_ram *bus_ram(struct emu *emu, uint32_t addr);
/* Where @addr leads when it is an alias; what is at such an address, or NULL. */
uint32_t bus_resolve(struct emu *emu, uint32_t addr);
const struct emu_region *bus_region(struct emu *emu, uint32_t addr);
/* The half-word of code at @pc; 0 where there is none. */
uint16_t bus_opcode(struct emu *emu, uint32_t pc);
/* As a debugger: any length. */
int bus_debug_read(struct emu *emu, uint64_t addr, void *buf, size_t len,
		   struct stk_error *err);
int bus_debug_write(struct emu *emu, uint64_t addr, const void *buf, size_t len,
		    struct stk_error *err);
/* What an exception does with its vector and frame; false: bus fault. */
bool bus_peek(struct emu *emu, uint32_t addr, uint32_t *ret);
bool bus_poke(struct emu *emu, uint32_t addr, uint32_t value);

/* ---- cells.c ---- */

/* Flash cells behind an address range, whatever the chip would let anybody see. */
int cells_access(struct emu *emu, bool write, uint64_t addr, void *buf, size_t len,
		 struct stk_error *err);

/* ---- scs.c, nvic.c, systick.c, exceptions.c ---- */

enum {
	EXC_NMI = 2,
	EXC_HARDFAULT = 3,
	EXC_MEMMANAGE = 4,
	EXC_BUSFAULT = 5,
	EXC_USAGEFAULT = 6,
	EXC_SVCALL = 11,
	EXC_PENDSV = 14,
	EXC_SYSTICK = 15,
	EXC_IRQ0 = 16,
	EXC_COUNT = 256,
};

struct emu_scs {
	uint32_t vtor, aircr, scr, ccr, shcsr, cfsr, hfsr, dfsr, mmfar, bfar, cpacr;
	uint32_t dhcsr, demcr;
	uint32_t misc[64];		/* E000ED80 to E000EE7C as written */
	uint32_t fpccr, fpcar, fpdscr;
	uint32_t dwt_ctrl;
	uint64_t cyccnt_base;		/* cycle at which CYCCNT was 0 */
	uint32_t cyccnt;		/* value while stopped */
	/* SysTick */
	uint32_t syst_csr, syst_rvr;
	uint64_t syst_zero;		/* cycle at which the counter is next 0 */
	uint32_t syst_value;		/* while stopped */
	bool countflag;
	struct emu_event syst_event;
	/* NVIC and system exceptions, by exception number */
	uint32_t pending[EXC_COUNT / 32], enabled[EXC_COUNT / 32];
	uint32_t active[EXC_COUNT / 32], level[EXC_COUNT / 32];
	uint8_t priority[EXC_COUNT];
	bool masked;			/* PRIMASK or the like holds one back */
	struct {
		unsigned int number;
		struct emu_fp fp;
	} nest[EMU_NESTING];
	unsigned int depth;
	uint64_t taken;
};

uint32_t scs_read(struct emu *emu, uint32_t addr, unsigned int width, bool debug);
void scs_write(struct emu *emu, uint32_t addr, unsigned int width, uint32_t value,
	       bool debug);
void scs_reset(struct emu *emu, bool power);

uint32_t systick_read(struct emu *emu, uint32_t addr, bool debug);
void systick_write(struct emu *emu, uint32_t addr, uint32_t value);
void systick_reset(struct emu *emu);
/* Cycles go on; their length in ns does not. */
void systick_clock_changed(struct emu *emu);
/* Its exception is not pending any more. */
void systick_taken(struct emu *emu);

uint32_t nvic_read(struct emu *emu, uint32_t addr, unsigned int width);
void nvic_write(struct emu *emu, uint32_t addr, unsigned int width, uint32_t value);
void nvic_reset(struct emu *emu);
void nvic_pend(struct emu *emu, unsigned int exc, bool on);
bool nvic_is_pending(const struct emu *emu, unsigned int exc);
/* The exception to take before the next instruction, or 0; sets scs.masked. */
unsigned int nvic_next(struct emu *emu);
/* Highest-priority pending one whatever is masked, for ICSR and WFI; or 0. */
unsigned int nvic_pending(const struct emu *emu, bool respect_priority);

void exception_enter(struct emu *emu, unsigned int exc);
void exception_return(struct emu *emu, uint32_t exc_return);

/* ---- faults ---- */

#define CFSR_IBUSERR		(1u << 8)
#define CFSR_PRECISERR		(1u << 9)
#define CFSR_UNSTKERR		(1u << 11)
#define CFSR_STKERR		(1u << 12)
#define CFSR_BFARVALID		(1u << 15)
#define CFSR_UNDEFINSTR		(1u << 16)
#define CFSR_INVSTATE		(1u << 17)
#define CFSR_INVPC		(1u << 18)
#define CFSR_NOCP		(1u << 19)
#define CFSR_UNALIGNED		(1u << 24)
#define CCR_UNALIGN_TRP		(1u << 3)
#define HFSR_VECTTBL		(1u << 1)
#define HFSR_FORCED		(1u << 30)

struct emu_fault {
	bool pending;
	bool hang;		/* the bus does not answer: the core waits for ever */
	uint32_t pc;
	char text[160];
};

/* Record a fault of the core at @pc; the first one counts. */
void emu_fault(struct emu *emu, uint32_t cfsr, uint32_t pc, const char *fmt, ...)
	stk_printf(4, 5);

/* An access of the core to @addr, which is not aligned to its size. */
void fault_unaligned(struct emu *emu, uint32_t addr, const char *what);
/* The 32-bit instruction at @pc while the FPU is off. True: it needs it, a fault. */
bool fault_fp_off(struct emu *emu, uint32_t pc);

/* ---- store.c ---- */

struct emu_array {
	char name[16];
	uint64_t offset;	/* in the file */
	size_t size;
	uint8_t erased;
	bool fresh;		/* made by this run */
	uint8_t *bytes;
};

struct emu_store {
	const char *path;	/* NULL: in memory */
	int fd;
	bool sealed;		/* an existing file: no array can be added */
	struct emu_array array[EMU_MAX_ARRAY];
	unsigned int n_arrays;
};

int store_open(struct emu *emu, struct stk_error *err);
/* All arrays exist: write the directory. */
int store_seal(struct emu *emu, struct stk_error *err);
void store_close(struct emu *emu);
void store_fill_random(struct emu_array *a, uint64_t seed);
struct emu_array *store_find(struct emu *emu, const char *name);

/* ---- options.c ---- */

struct emu_option {
	const char *key, *value;
	bool known;
};

struct emu_options {
	char *text[EMU_MAX_OPTION];
	struct emu_option option[EMU_MAX_OPTION];
	unsigned int n;
	char known[400];	/* names asked for, for the sentence */
};

int options_parse(struct emu *emu, const char *const *options, struct stk_error *err);
int options_check(struct emu *emu, struct stk_error *err);
/* -EINVAL with a sentence, or the number or @fallback. */
int options_u64(struct emu *emu, const char *key, uint64_t fallback, uint64_t *ret,
		struct stk_error *err);
int options_bool(struct emu *emu, const char *key, bool fallback, bool *ret,
		 struct stk_error *err);
void options_free(struct emu *emu);

/* What @key was given, the @n-th time; NULL: not so often. For keys that may repeat. */
const char *options_nth(struct emu *emu, const char *key, unsigned int n);

/* ---- failures.c, bad-cells.c ---- */

enum emu_bad_kind {
	BAD_SECTOR,		/* an erase does nothing */
	BAD_BITS,		/* bits that stay as they are */
};

struct emu_bad {
	enum emu_bad_kind kind;
	const uint8_t *cells;
	size_t n;
	uint8_t mask, value;
};

struct emu_failures {
	struct stk_failure list[EMU_MAX_FAILURE];
	bool on[EMU_MAX_FAILURE];
	size_t n;
	struct emu_failure offer[EMU_MAX_OFFER];
	size_t n_offers;
	struct emu_bad bad[EMU_MAX_BAD];
	size_t n_bad;
	uint8_t erased, bits;	/* what emu_offer_bad_cells() was told */
};

int failures_set(struct emu *emu, const char *name, struct stk_range where,
		 struct stk_error *err);
/* "NAME" or "NAME@ADDR+LEN" */
int failures_parse(struct emu *emu, const char *text, struct stk_error *err);
/* fail=... of the target address */
int failures_from_options(struct emu *emu, struct stk_error *err);
/* What a reset undid. */
void failures_after_reset(struct emu *emu);

/* ---- choices.c ---- */

struct emu_choices {
	struct emu_choice *choice[EMU_MAX_CHOICE];
	size_t n;
	struct stk_variant list[4 * EMU_MAX_CHOICE];
};

const struct stk_variant *choices_list(struct emu *emu, size_t *ret_count);
/* Unknown: -EINVAL with a sentence that names the known ones. */
int choices_set(struct emu *emu, const char *rule, const char *variant,
		struct stk_error *err);
int choices_unknown_rule(struct emu *emu, const char *rule, struct stk_error *err);

/* ---- perturb.c ---- */

struct emu_perturbed {
	uint32_t addr, mask, value;
};

struct emu_perturb {
	struct emu_perturbed at[EMU_MAX_PERTURBED];
	unsigned int n;
};

int perturb_set(struct emu *emu, uint64_t addr, uint32_t mask, uint32_t value,
		struct stk_error *err);
/* What the core gets that loads @value from @addr, aliases followed. */
uint32_t perturb_apply(const struct emu *emu, uint32_t addr, unsigned int width,
		       uint32_t value);

/* ---- watch.c ---- */

struct emu_watch {
	struct stk_range *writable;
	size_t n_writable;
	struct stk_range recent;
	uint32_t stack_limit;
	bool stack_reported;
	bool on;
};

/* The core stores @size bytes at RAM address @addr. */
void watch_store(struct emu *emu, uint32_t addr, unsigned int size, uint64_t value);
int watch_set(struct emu *emu, const struct stk_watch *watch, struct stk_error *err);

/* ---- observe.c ---- */

struct emu_observe {
	unsigned int mask;
	stk_observer fn;
	void *data;
	bool trace;		/* bus accesses to the log as well */
	const struct emu_rule *fired[64];
	unsigned int n_fired;
};

static inline bool observed(const struct emu_observe *o, enum stk_observation_kind kind)
{
	return o->mask >> kind & 1;
}

void observe(struct emu *emu, struct stk_observation *obs);
void observe_bus(struct emu *emu, const struct emu_dev *dev, uint32_t addr,
		 unsigned int width, uint32_t value, bool write);
/* The write just told changed nothing. */
void observe_no_effect(struct emu *emu, uint32_t addr);

/* ---- monitor.c ---- */

int monitor_run(struct emu *emu, const char *command,
		void (*print)(void *out, const char *text), void *out,
		struct stk_error *err);

/* ---- emu.c ---- */

/* The access in progress. */
struct emu_access {
	bool debug;
	bool faulted;		/* debug only; the core's go to struct emu_fault */
	bool unchanged;
	uint32_t fault_addr;
	char why[96];
};

struct emu {
	struct stk_ctx *ctx;
	const struct stk_chip *chip;
	struct emu_options options;
	struct emu_store store;
	struct emu_clock clock;
	struct emu_cpu cpu;
	struct emu_timing timing;
	struct emu_poll poll;
	struct emu_bus bus;
	struct emu_scs scs;
	struct emu_fault fault;
	struct emu_access access;
	struct emu_watch watch;
	struct emu_observe observe;
	struct emu_failures failures;
	struct emu_choices choices;
	struct emu_perturb perturb;
	uint64_t changes;	/* what a poll could see */
	uint64_t random;
	bool debugger;
	bool running;
	bool reset_pending;
	char reset_why[80];
	volatile int wake;
};

/* Everything but finding the chip: tests bring their own. */
int emu_open_chip(struct emu *emu, struct stk_ctx *ctx, const struct stk_chip *chip,
		  const char *const *options, struct stk_error *err);
void emu_close(void *priv);
/* Reset and leave the core before its first instruction. */
void emu_chip_reset(struct emu *emu, bool power);

extern const struct stk_target_driver emu_target;

#endif
