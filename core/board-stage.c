/* SPDX-License-Identifier: MIT */
/*
 * A call that a debugger makes: the loader in RAM, registers set, and hands off.
 * It stays there for further calls, as a job leaves it; Init begins anew.
 */
#include "core.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "board.h"
#include "care.h"
#include "plan.h"

void board_unstage(struct stk_board *b)
{
	if (b->is_staged)
		session_close(&b->staged);
	b->is_staged = false;
	b->awaited = false;
}

/* ---- which function ---------------------------------------------------- */

/* "EraseSector", or "g431.FLM:EraseSector" where several loaders have one. */
static const struct stk_function *find_in(const struct stk_loader *loader, const char *name)
{
	const struct stk_loader_info *info = stk_loader_info(loader);
	const char *colon = strrchr(name, ':');

	if (colon && (strlen(info->name) != (size_t)(colon - name) ||
		      strncmp(info->name, name, (size_t)(colon - name))))
		return NULL;
	name = colon ? colon + 1 : name;
	for (size_t i = 0; i < info->n_functions; i++) {
		if (!strcmp(info->functions[i].name, name))
			return &info->functions[i];
	}
	return NULL;
}

static int find_function(const struct stk_board *b, const char *name,
			 struct stk_loader **ret, const struct stk_function **ret_function,
			 struct stk_error *err)
{
	struct stk_loader *found = NULL;

	for (size_t i = 0; i < b->n_loaders; i++) {
		const struct stk_function *f = find_in(b->loaders[i], name);

		if (f && found)
			return stk_fail(err, STK_ORIGIN_USAGE, EINVAL, "function-ambiguous",
					"'%s' and '%s' both have a function '%s': say which, as in "
					"%s:%s", stk_loader_info(found)->name,
					stk_loader_info(b->loaders[i])->name, name,
					stk_loader_info(found)->name, name);
		if (!f)
			continue;
		found = b->loaders[i];
		*ret_function = f;
	}
	*ret = found;
	if (found)
		return 0;
	return stk_fail(err, STK_ORIGIN_USAGE, ENOENT, "function-missing",
			"%s function '%s'", b->n_loaders ? "no loader of the board has a"
			: "there is no loader, and so no", name);
}

/* ---- into RAM ---------------------------------------------------------- */

static int load(struct stk_board *b, struct stk_loader *loader, struct stk_error *err)
{
	struct stk_target *t = b->target;
	const struct care care = {
		t, b->host, b->opt.force, b->opt.allow_option_bytes,
	};
	int r;

	board_unstage(b);
	r = care_check(&care, loader, err);
	if (!r && !b->opt.force)
		r = plan_check_loader(t, loader, err);
	if (!r)
		r = t->ops.reset(t->priv, err);
	if (!r)
		r = session_open(&b->staged, t, loader, b->host, NULL, err);
	if (r)
		return r;
	b->is_staged = true;
	/* Nobody will ask what it did. */
	witness_detach(&b->staged.witness, t);
	r = session_load(&b->staged, err);
	if (r)
		board_unstage(b);
	return r;
}

static bool on_stack(const struct layout *l, const struct stk_regs *regs)
{
	const uint32_t sp = regs->r[STK_REG_SP];

	return sp >= l->stack.addr && sp <= l->sp;
}

/*
 * Somebody may have reset the chip or let something else run: then the core is
 * not where a call begins or ended, nor on the loader's stack.
 */
static bool core_is_there(const struct layout *l, const struct stk_regs *regs)
{
	const uint32_t pc = regs->r[STK_REG_PC];

	return on_stack(l, regs) &&
	       (pc == (l->trap & ~1ull) ||
		stk_range_contains(l->image, (struct stk_range){ pc, 1 }));
}

/*
 * Firmware shall run without our breakpoint and with its interrupts. A call that
 * has not ended may be in a handler, or in code that is the chip's.
 */
void board_leave_staged(struct stk_board *b)
{
	const struct layout *l = &b->staged.layout;
	struct stk_regs regs = { .valid = 0 };

	if (!b->is_staged || b->target->ops.get_regs(b->target->priv, &regs, NULL))
		return;
	if (!core_is_there(l, &regs) && !(b->awaited && on_stack(l, &regs)))
		board_unstage(b);
}

/* True: it is called as it stands there. */
static int may_reuse(struct stk_board *b, const struct stk_loader *loader,
		     const struct stk_function *function, bool *ret, struct stk_error *err)
{
	struct stk_regs regs = { .valid = 0 };
	int r;

	*ret = false;
	if (!b->is_staged || b->staged.loader != loader || function->op == STK_OP_INIT)
		return 0;
	r = b->target->ops.get_regs(b->target->priv, &regs, err);
	if (r || !core_is_there(&b->staged.layout, &regs))
		return r;
	return session_intact(&b->staged, ret, err);
}

/* A client may have cleared what it thinks it had set there. */
static int set_trap(struct stk_board *b, struct stk_error *err)
{
	const struct stk_target *t = b->target;

	(void)!t->ops.break_clear(t->priv, b->staged.layout.trap, NULL);
	return t->ops.break_set(t->priv, b->staged.layout.trap, err);
}

static void describe(struct stk_board *b, bool loaded)
{
	const struct session *s = &b->staged;
	const struct layout *l = &s->layout;
	const uint64_t trap = l->trap & ~1ull;
	char call[120];

	outcome_text(&s->last, call, sizeof(call));
	snprintf(b->said, sizeof(b->said),
		 "%s%s is next, and returns to 0x%08" PRIx64 "; %.80s lies at 0x%08" PRIx64
		 "-0x%08" PRIx64 ", its buffer at 0x%08" PRIx64 ", SP is 0x%08x; in gdb: "
		 "add-symbol-file %.300s -o 0x%" PRIx64,
		 loaded ? "chip reset, loader loaded; " : "", call, trap,
		 s->info->name, l->image.addr, stk_range_end(l->image) - 1, l->buffer.addr,
		 l->sp, s->info->path, l->bias);
}

int stk_board_stage(struct stk_board *b, const char *name, const uint32_t *args,
		    unsigned int n_args, uint64_t *ret_trap, const char **ret_said,
		    struct stk_error *err)
{
	struct stk_abi_call call = { .n_args = n_args };
	struct stk_loader *loader;
	bool reuse = false;
	int r = find_function(b, name, &loader, &call.function, err);

	if (r)
		return r;
	if (n_args > ARRAY_SIZE(call.r))
		return stk_fail(err, STK_ORIGIN_USAGE, E2BIG, "too-many-arguments",
				"a function takes at most %zu arguments in registers",
				ARRAY_SIZE(call.r));
	for (unsigned int i = 0; i < n_args; i++)
		call.r[i] = args[i];
	r = board_stop(b, err);
	if (!r)
		r = may_reuse(b, loader, call.function, &reuse, err);
	if (!r)
		r = reuse ? set_trap(b, err) : load(b, loader, err);
	if (!r)
		r = session_enter(&b->staged, &call, err);
	if (r)
		return r;
	b->staged.last = (struct outcome){ .call = call };
	b->awaited = true;
	describe(b, !reuse);
	*ret_trap = b->staged.layout.trap & ~1ull;
	*ret_said = b->said;
	return 0;
}

void board_note_return(struct stk_board *b, const struct stk_stop *stop)
{
	const struct session *s = &b->staged;
	struct stk_regs regs = { .valid = 0 };
	struct stk_abi_result result;
	char call[120], meaning[96] = "";
	struct stk_request req = { .op = STK_OP_OTHER };

	if (!b->is_staged || !b->awaited || stop->reason != STK_STOP_BREAK ||
	    stop->pc != (s->layout.trap & ~1ull) ||
	    b->target->ops.get_regs(b->target->priv, &regs, NULL))
		return;
	b->awaited = false;
	result = (struct stk_abi_result){ regs.r[0], regs.r[1] };
	outcome_text(&s->last, call, sizeof(call));
	if (stk_offers(s->format, unmarshal)) {
		s->format->unmarshal(s->info, &s->last.call, &req);
		(void)s->format->judge(s->info, &req, &result, meaning, sizeof(meaning));
	}
	if (meaning[0])
		stk_board_say(b, "%s %s", call, meaning);
	else
		stk_board_say(b, "%s returned 0x%08x", call, result.r0);
}
