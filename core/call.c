/* SPDX-License-Identifier: MIT */
/* One function of a loader, called by hand: for people who write loaders. */
#include "core.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "care.h"
#include "diagnose.h"
#include "plan.h"
#include "session.h"

struct stk_call {
	struct stk_call_report report;
	char meaning[96];
	char warning[2000];
	struct stk_diagnosis *diagnosis;
};

static const struct stk_function *find_function(const struct stk_loader_info *info,
						const char *name)
{
	for (size_t i = 0; i < info->n_functions; i++) {
		if (!strcmp(info->functions[i].name, name))
			return &info->functions[i];
	}
	return NULL;
}

static int no_function(const struct stk_loader_info *info, const char *name,
		       struct stk_error *err)
{
	char known[300] = "";
	size_t used = 0;

	for (size_t i = 0; i < info->n_functions && used < sizeof(known); i++)
		used += (size_t)snprintf(known + used, sizeof(known) - used, "%s%s",
					 i ? ", " : "", info->functions[i].name);
	return stk_fail(err, STK_ORIGIN_USAGE, ENOENT, "function-missing",
			"'%s' has no function '%s'; it has: %s", info->path, name, known);
}

static void fill_report(struct stk_call *c, const struct session *s)
{
	const struct outcome *o = &s->last;
	struct stk_call_report *r = &c->report;

	memcpy(c->meaning, o->meaning, sizeof(c->meaning));
	r->function = o->call.function ? o->call.function->name : NULL;
	memcpy(r->args, o->call.r, sizeof(r->args));
	r->n_args = o->call.n_args;
	r->end = o->end;
	r->r0 = o->regs.r[0];
	r->r1 = o->regs.r[1];
	r->sp = o->regs.r[STK_REG_SP];
	r->lr = o->regs.r[STK_REG_LR];
	r->pc = o->regs.r[STK_REG_PC];
	r->ok = o->ok;
	r->meaning = c->meaning[0] ? c->meaning : NULL;
	r->ns = o->ns;
	r->budget_ns = o->budget_ns;
	r->stack_used = o->stack_used;
	r->stack_size = (uint32_t)s->layout.stack.len;
}

/* The last call failed: keep its report and say why. */
static int failed(struct stk_call *c, struct session *s, struct stk_error *err)
{
	struct symptom_case symptom = { .session = s, .symptom = SYMPTOM_CALL };
	int r;

	fill_report(c, s);
	r = session_stopped(s, err);
	if (r)
		return r;
	c->diagnosis = diagnose(&symptom);
	c->report.diagnosis = c->diagnosis;
	if (!c->diagnosis)
		return stk_fail_nomem(err);
	return stk_fail(err, STK_ORIGIN_LOADER, EIO, c->diagnosis->cause, "%s",
			c->diagnosis->message);
}

static int put_buffer(struct session *s, const struct stk_call_options *opt,
		      struct stk_error *err)
{
	if (!opt->buffer_len)
		return 0;
	if (opt->buffer_len > s->layout.buffer.len)
		return stk_fail(err, STK_ORIGIN_USAGE, E2BIG, "buffer-too-large",
				"%zu bytes do not fit into the buffer of %llu",
				opt->buffer_len, (unsigned long long)s->layout.buffer.len);
	return session_fill_buffer(s, opt->buffer, opt->buffer_len, err);
}

/* The function's own name may be Init: then nobody calls it before. */
static int begin(struct session *s, const struct stk_abi_call *call,
		 const struct stk_call_options *opt, struct stk_error *err)
{
	bool init = opt->init && call->function->op != STK_OP_INIT;
	struct stk_target *t = s->target;
	int r = opt->no_reset ? t->ops.halt(t->priv, err) : t->ops.reset(t->priv, err);

	if (!r && s->keep)
		r = keep_registers(s->keep, err);
	if (!r)
		r = session_load(s, err);
	s->last.ok = true;
	if (!r && init)
		r = session_init(s, session_phase_of(call->function->op), err);
	return r;
}

/* How much of the buffer the call may write, as far as that can be told. */
static uint64_t buffer_use(const struct session *s, const struct stk_abi_call *call,
			   const struct stk_call_options *opt)
{
	bool fills = call->function->op == STK_OP_READ ||
		     call->function->op == STK_OP_OTHER || opt->buffer_arg;

	return fills ? s->layout.buffer.len : 0;
}

static int run(struct session *s, struct stk_call *c, const struct stk_abi_call *call,
	       const struct stk_call_options *opt, struct stk_error *err)
{
	uint64_t budget = opt->budget_ns ? opt->budget_ns :
					   session_limit_ns(s, call->function->op);
	int r = begin(s, call, opt, err);

	if (r || !s->last.ok)
		return r ? r : failed(c, s, err);
	r = session_use_buffer(s, buffer_use(s, call, opt), err);
	if (!r)
		r = put_buffer(s, opt, err);
	if (!r)
		r = session_call_raw(s, call, budget, err);
	if (!r && !s->last.ok)
		r = failed(c, s, err);
	else if (!r)
		fill_report(c, s);
	if (r) {
		/* The flash is locked all the same; what failed first is told. */
		if (r != -ENOTCONN && !s->target->ops.halt(s->target->priv, NULL))
			(void)!session_end(s, NULL);
		return r;
	}
	r = session_end(s, err);
	return r || s->last.ok ? r : failed(c, s, err);
}

static void add_warning(struct stk_call *c, const char *text)
{
	size_t n = strlen(c->warning);

	if (text[0])
		snprintf(c->warning + n, sizeof(c->warning) - n, "%s%s", n ? "; " : "", text);
}

/* Run it, and leave the core as @opt says, however that went. */
static int run_and_leave(struct session *s, struct stk_call *c,
			 const struct stk_abi_call *call,
			 const struct stk_call_options *opt, struct stk_error *err)
{
	struct stk_target *t = s->target;
	struct keep keep = { .target = t };
	struct keep_end end = { .after = opt->after, .no_reset = opt->no_reset };
	struct stk_error own = { 0 };
	char said[600] = "";
	int r, left = 0;

	s->keep = opt->after == STK_AFTER_KEEP ? &keep : NULL;
	s->core_as_is = opt->no_reset;
	r = run(s, c, call, opt, err);
	/* Nobody knows what a call that failed did to the flash. */
	end.half_written = r != 0;
	end.running = r && r != -ENOTCONN && t->ops.halt(t->priv, NULL);
	session_close(s);
	end.crashed = s->traces.crashed;
	if (r != -ENOTCONN)
		left = keep_leave(&keep, &end, said, sizeof(said), &own);
	if (left && r)
		snprintf(said, sizeof(said),
			 "the core could not be reset: %s", own.msg);
	else if (left && err)
		*err = own;
	add_warning(c, said);
	for (unsigned int i = 0; traces_tell(&s->traces, t, s->host, i, said, sizeof(said)); i++)
		add_warning(c, said);
	c->report.warning = c->warning[0] ? c->warning : NULL;
	keep_free(&keep);
	return r ? r : left;
}

/* What the caller knows of the options, the rest as if not given. */
static struct stk_call_options options_of(const struct stk_call_options *opt)
{
	struct stk_call_options o = { 0 };

	memcpy(&o, opt, opt->size < sizeof(o) ? opt->size : sizeof(o));
	return o;
}

int stk_call_run(struct stk_target *target, struct stk_loader *loader,
		 const char *function, const struct stk_call_options *given,
		 struct stk_call **ret, struct stk_error *err)
{
	const struct stk_call_options o = options_of(given), *opt = &o;
	const struct stk_loader_info *info = stk_loader_info(loader);
	const struct stk_host *host = opt->host;
	struct stk_abi_call call = { .n_args = opt->n_args };
	struct stk_link_stats link = { 0 };
	struct care care;
	struct session s;
	struct stk_call *c;
	int r = host ? 0 : stk_host_find(NULL, &host, err);

	if (r)
		return r;
	if (info->error.code || !info->device) {
		if (err)
			*err = info->error;
		return -EINVAL;
	}
	call.function = find_function(info, function);
	if (!call.function)
		return no_function(info, function, err);
	if (opt->n_args > ARRAY_SIZE(call.r))
		return stk_fail(err, STK_ORIGIN_USAGE, E2BIG, "too-many-arguments",
				"a function takes at most %zu arguments in registers",
				ARRAY_SIZE(call.r));
	for (unsigned int i = 0; i < opt->n_args; i++)
		call.r[i] = opt->args[i];
	care = (struct care){ target, host, opt->force, opt->allow_option_bytes };
	c = calloc(1, sizeof(*c));
	if (!c)
		return stk_fail_nomem(err);
	r = care_check(&care, loader, err);
	if (!r && !opt->force)
		r = plan_check_loader(target, loader, err);
	if (r) {
		stk_call_free(c);
		return r;
	}
	(void)stk_target_link(target, &link);
	r = session_open(&s, target, loader, host, opt->cancel, err);
	if (!r && opt->buffer_arg && opt->buffer_arg <= opt->n_args)
		call.r[opt->buffer_arg - 1] = (uint32_t)s.layout.buffer.addr;
	if (!r)
		r = run_and_leave(&s, c, &call, opt, err);
	session_close(&s);
	c->report.has_link = target_link_since(target, &link, &c->report.link);
	/* A report of a failed call is worth most: it is given, too. */
	if (r && !c->report.function) {
		stk_call_free(c);
		return r;
	}
	*ret = c;
	return r;
}

void stk_call_free(struct stk_call *c)
{
	if (!c)
		return;
	diagnosis_free(c->diagnosis);
	free(c);
}

const struct stk_call_report *stk_call_report(const struct stk_call *c)
{
	return &c->report;
}
