/* SPDX-License-Identifier: MIT */
/*
 * Rules about the code, of what a host's calls reach. Values that only a run
 * has are not known: what is found is there, what is not may be.
 */
#include "core.h"

#include <inttypes.h>
#include <string.h>

#include "host.h"
#include "lint.h"

/* ARM DDI0403E B3.2, B3.3, B3.4 */
#define SYST_CSR	0xE000E010u
#define SYST_TICKINT	(1u << 1)
#define NVIC_ISER	0xE000E100u
#define NVIC_ISER_END	0xE000E140u
#define SCB_VTOR	0xE000ED08u
#define SCB_CPACR	0xE000ED88u
/* C1.6.2 */
#define DCB_DHCSR	0xE000EDF0u
#define DHCSR_KEY_MASK	0xFFFF0000u
#define DHCSR_KEY	0xA05F0000u
#define DHCSR_MASKINTS	(1u << 3)

/*
 * Load, load, compare, branch, count, branch, return: with fewer instructions
 * nothing can be compared.
 */
#define LEAST_VERIFY	7u

/* ---- what the rules look for -------------------------------------------- */

static const struct stk_code_function *reached(const struct lint *l, size_t i)
{
	return l->reached[i] ? &l->code->functions[i] : NULL;
}

static const char *name_of(const struct stk_code_function *f)
{
	return f->name ? f->name : "a function without a name";
}

static const struct stk_code_special *find_special(const struct lint *l,
						   enum stk_special_kind kind,
						   const struct stk_code_function **ret)
{
	for (size_t i = 0; l->code && i < l->code->n_functions; i++) {
		const struct stk_code_function *f = reached(l, i);

		for (size_t k = 0; f && k < f->n_specials; k++) {
			if (f->specials[k].kind == kind) {
				*ret = f;
				return &f->specials[k];
			}
		}
	}
	return NULL;
}

/* "wfi at 0x20000102 in Init" */
static bool say_special(struct lint *l, enum stk_special_kind kind, const char *after)
{
	const struct stk_code_function *f;
	const struct stk_code_special *s = find_special(l, kind, &f);

	return s && lint_say(l, "'%.40s' at 0x%08" PRIx64 " in %.60s%.160s", s->text,
			     s->pc, name_of(f), after);
}

/* The first store for which @wanted is true. */
static const struct stk_code_access *
find_store(const struct lint *l,
	   bool (*wanted)(const struct lint *l, const struct stk_code_access *a),
	   const struct stk_code_function **ret)
{
	for (size_t i = 0; l->code && i < l->code->n_functions; i++) {
		const struct stk_code_function *f = reached(l, i);

		for (size_t k = 0; f && k < f->n_accesses; k++) {
			if (f->accesses[k].write && wanted(l, &f->accesses[k])) {
				*ret = f;
				return &f->accesses[k];
			}
		}
	}
	return NULL;
}

/* ---- interrupts --------------------------------------------------------- */

static bool waits(struct lint *l)
{
	return say_special(l, STK_SPECIAL_WAIT, "");
}

static bool is_tick(const struct lint *l, const struct stk_code_access *a)
{
	return a->address == SYST_CSR && a->has_value && a->value & SYST_TICKINT;
}

static bool ticks(struct lint *l)
{
	const struct stk_code_function *f;
	const struct stk_code_access *a = find_store(l, is_tick, &f);

	return a && lint_say(l, "%.60s writes 0x%08x to SYST_CSR at 0x%08" PRIx64,
			     name_of(f), a->value, a->pc);
}

static bool is_enable(const struct lint *l, const struct stk_code_access *a)
{
	return a->address >= NVIC_ISER && a->address < NVIC_ISER_END;
}

static bool is_unmask(const struct lint *l, const struct stk_code_access *a)
{
	return a->address == DCB_DHCSR && a->has_value &&
	       (a->value & DHCSR_KEY_MASK) == DHCSR_KEY && !(a->value & DHCSR_MASKINTS);
}

static bool unmasks(struct lint *l)
{
	const struct stk_code_function *f;
	const struct stk_code_access *a = find_store(l, is_unmask, &f);

	return a && lint_say(l, "%.60s writes 0x%08x to DHCSR at 0x%08"
			     PRIx64 ", which clears C_MASKINTS", name_of(f), a->value, a->pc);
}

/* Hosts mask by C_MASKINTS: what clears it does not wait in vain. */
static bool waits_masked(struct lint *l)
{
	return !unmasks(l) && waits(l);
}

static bool ticks_masked(struct lint *l)
{
	return !unmasks(l) && ticks(l);
}

/*
 * Board support code does so for drivers that are then polled: whether one is
 * ever raised, the store does not tell.
 */
static bool enables(struct lint *l)
{
	const struct stk_code_function *f;
	const struct stk_code_access *a = find_store(l, is_enable, &f);

	return a && lint_say(l, "%.60s writes to NVIC_ISER%u at 0x%08" PRIx64, name_of(f),
			     (unsigned int)(a->address - NVIC_ISER) / 4, a->pc);
}

/*
 * Without an address of its own it has no vector table of its own: the handler
 * is that of whatever firmware ran before, or none.
 */
static bool interrupts_anywhere(struct lint *l)
{
	return l->info->position_independent && (waits(l) || ticks(l));
}

static bool is_vectors(const struct lint *l, const struct stk_code_access *a)
{
	return a->address == SCB_VTOR && a->has_value &&
	       a->value - (l->info->link_address & ~UINT64_C(0xFF)) <
		       l->info->ram_size + 0x100;
}

static bool vectors(struct lint *l)
{
	const struct stk_code_function *f;
	const struct stk_code_access *a = find_store(l, is_vectors, &f);

	return a && lint_say(l, "%.60s points VTOR at 0x%08x, in the image", name_of(f),
			     a->value);
}

/* ---- option bytes ------------------------------------------------------- */

static bool option_keys(struct lint *l)
{
	const struct stk_code_function *f;
	const struct stk_signature *key;
	const struct stk_code_constant *c =
		lint_is_option_loader(l) ? NULL : lint_option_key(l, &f, &key);

	return c && lint_say(l, "%.60s loads 0x%08x (%.60s) at 0x%08" PRIx64,
			     name_of(f), c->value, key->name, c->pc);
}

/* ---- Verify ------------------------------------------------------------- */

static bool verifies_nothing(struct lint *l)
{
	for (size_t i = 0; l->code && i < l->code->n_functions; i++) {
		const struct stk_code_function *f = reached(l, i);

		if (f && f->entry && f->op == STK_OP_VERIFY && !f->n_calls &&
		    f->n_shape && f->n_shape < LEAST_VERIFY)
			return lint_say(l,
					"%s has %zu instructions and calls nothing: too "
					"few to compare anything",
					name_of(f), f->n_shape);
	}
	return false;
}

/* ---- the core ----------------------------------------------------------- */

static bool is_fpu_enable(const struct lint *l, const struct stk_code_access *a)
{
	return a->address == SCB_CPACR;
}

/* A call through a register may get to any function, and so may turn it on. */
static bool may_enable_fpu(const struct lint *l)
{
	bool blind = false, enables = false;

	for (size_t i = 0; i < l->code->n_functions; i++) {
		const struct stk_code_function *f = &l->code->functions[i];

		blind |= l->reached[i] && lint_calls_blindly(f);
		for (size_t k = 0; k < f->n_accesses; k++)
			enables |= f->accesses[k].write &&
				   is_fpu_enable(l, &f->accesses[k]);
	}
	return blind && enables;
}

static bool fpu_is_off(struct lint *l)
{
	const struct stk_code_function *f;

	return l->code && !find_store(l, is_fpu_enable, &f) && !may_enable_fpu(l) &&
	       say_special(l, STK_SPECIAL_FPU, ", and nothing writes CPACR");
}

/* Do all chips that may be meant lack it? */
static bool all_lack(const struct lint *l, bool (*lacks)(const struct stk_kin *kin))
{
	for (size_t i = 0; l->guess && i < l->guess->n_kin; i++) {
		if (!lacks(l->guess->kin[i]))
			return false;
	}
	return l->guess && l->guess->n_kin;
}

static bool lacks_v7m(const struct stk_kin *k)
{
	return !strncmp(k->core, "cortex-m0", 9);
}

static bool lacks_dsp(const struct stk_kin *k)
{
	return lacks_v7m(k) || !strcmp(k->core, "cortex-m3");
}

static bool lacks_fpu(const struct stk_kin *k)
{
	return k->fpu == STK_FPU_NONE;
}

static bool lacks_double(const struct stk_kin *k)
{
	return k->fpu != STK_FPU_DOUBLE;
}

static bool lacking(struct lint *l)
{
	static const struct {
		enum stk_special_kind kind;
		bool (*lacks)(const struct stk_kin *kin);
		const char *what;
	} needs[] = {
		{ STK_SPECIAL_V7M, lacks_v7m, ", which ARMv6-M does not have" },
		{ STK_SPECIAL_V7EM, lacks_dsp, ", of the DSP extension" },
		{ STK_SPECIAL_FPU, lacks_fpu, ", and there is no FPU" },
		{ STK_SPECIAL_FPU_DOUBLE, lacks_double,
		  ", and the FPU is single precision" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(needs); i++) {
		if (all_lack(l, needs[i].lacks) &&
		    say_special(l, needs[i].kind, needs[i].what))
			return true;
	}
	return false;
}

static bool breakpoints(struct lint *l)
{
	return say_special(l, STK_SPECIAL_BREAKPOINT, "");
}

/* ---- stack -------------------------------------------------------------- */

/* What the host of @change gives; 0: not known. */
static uint32_t stack_of_host(const char *change)
{
	const struct stk_host_info *info;

	if (!host_change_find(change, &info))
		return 0;
	for (size_t i = 0; host_table[i]; i++) {
		if (&host_table[i]->info == info)
			return host_table[i]->stack_bytes;
	}
	return 0;
}

static bool deep_stack(struct lint *l)
{
	const uint32_t given = stack_of_host("small-stack");
	const struct stk_code_function *deepest = NULL;

	for (size_t i = 0; l->code && i < l->code->n_functions; i++) {
		const struct stk_code_function *f = &l->code->functions[i];

		if (f->entry && (!deepest || f->stack > deepest->stack))
			deepest = f;
	}
	return deepest && given && deepest->stack > given &&
	       lint_say(l, "%s takes %s%u bytes, and %u are given", name_of(deepest),
			deepest->stack_bounded ? "" : "at least ", deepest->stack, given);
}

static const struct lint_rule rules[] = {
	{ { "STK-L201", STK_WARNING, "waits for an interrupt", "no-interrupts" },
	  waits_masked },
	{ { "STK-L202", STK_WARNING, "starts the SysTick interrupt", "no-interrupts" },
	  ticks_masked },
	{ { "STK-L203", STK_NOTE, "enables interrupts", NULL }, enables },
	{ { "STK-L204", STK_WARNING, "vector table at a fixed address", "moved-base" },
	  vectors },
	{ { "STK-L205", STK_WARNING, "opens the option bytes", NULL }, option_keys },
	{ { "STK-L206", STK_WARNING, "Verify that cannot be trusted", NULL },
	  verifies_nothing },
	{ { "STK-L207", STK_WARNING, "floating point that nothing turns on", NULL },
	  fpu_is_off },
	{ { "STK-L208", STK_ERROR, "instruction that the chip lacks", NULL }, lacking },
	{ { "STK-L209", STK_WARNING, "stack deeper than a host gives", "small-stack" },
	  deep_stack },
	{ { "STK-L210", STK_NOTE, "breakpoint in the code", NULL }, breakpoints },
	{ { "STK-L211", STK_WARNING, "interrupts without a place for vectors", NULL },
	  interrupts_anywhere },
	{ { "STK-L212", STK_NOTE, "lets masked interrupts in", NULL }, unmasks },
};

const struct lint_rules lint_code = { rules, ARRAY_SIZE(rules) };
