/* SPDX-License-Identifier: MIT */
/* job.h - a job while it runs; job.c walks the steps, others do them */
#ifndef JOB_H
#define JOB_H

#include "diagnose.h"
#include "plan.h"
#include "reader.h"

/* A sector of the plan and what is known of its contents. */
struct job_sector {
	const struct plan_sector *plan;
	struct stk_sector *state;	/* in the report */
	uint8_t *before;		/* contents when compared; NULL: not known */
	uint8_t *want;			/* contents when done; NULL: not planned */
	bool change;			/* to be erased or programmed */
};

/* A sector next to the erased ones: it must stay what it was. */
struct job_neighbour {
	struct stk_range range;
	unsigned int loader;
	uint8_t *before;
};

struct stk_job {
	const struct stk_plan *plan;
	const struct stk_job_options *opt;
	struct session session;
	bool open;			/* the session is */
	bool adrift;			/* a reset failed: the core may run */
	unsigned int loader;		/* of the open session */
	struct keep keep;
	struct traces *traces;		/* of each loader's sessions so far */
	struct job_sector *sectors;	/* as many as the plan has */
	struct job_neighbour *neighbours;
	size_t n_neighbours;
	bool rescued;
	bool method_known;
	uint64_t start_ns;
	struct stk_link_stats link;	/* when it began */
	uint64_t done, total;		/* progress in bytes */

	struct stk_report report;
	struct stk_sector *states;
	struct stk_chunk *read;
	const struct stk_module_info **modules;
	char **warnings;
	struct stk_diagnosis *diagnosis;
};

/* job-session.c: end the session there is; load another loader. */
int job_reset(struct stk_job *j, const struct stk_step *step, struct stk_error *err);
int job_load(struct stk_job *j, const struct stk_step *step, struct stk_error *err);
/*
 * Leave the flash locked, the part in order and the core as asked, also when
 * the job @failed: but an error that comes up here must not hide the first one.
 */
int job_finish(struct stk_job *j, int failed, struct stk_error *err);

/* One step each; 0, or negative with the job's diagnosis filled where there is one. */
int job_compare(struct stk_job *j, const struct stk_step *step, struct stk_error *err);
int job_erase(struct stk_job *j, const struct stk_step *step, struct stk_error *err);
int job_erase_chip(struct stk_job *j, const struct stk_step *step, struct stk_error *err);
int job_program(struct stk_job *j, const struct stk_step *step, struct stk_error *err);
int job_verify(struct stk_job *j, const struct stk_step *step, struct stk_error *err);
int job_blank(struct stk_job *j, const struct stk_step *step, struct stk_error *err);
int job_read(struct stk_job *j, const struct stk_step *step, struct stk_error *err);

/* Sectors of @step's loader that lie in its range: first index and count. */
size_t job_sectors_in(const struct stk_job *j, const struct stk_step *step,
		      size_t *ret_first);
/* The last call of the session failed: diagnose it and fill @err. */
int job_call_failed(struct stk_job *j, struct stk_error *err);
/* Bytes are wrong; @c without its session. Diagnose and fill @err. */
int job_bytes_wrong(struct stk_job *j, struct symptom_case c, struct stk_error *err);
/* The method for @range; remembers the weakest used. */
int job_method(struct stk_job *j, struct stk_range range, enum stk_verify_method *ret,
	       struct stk_error *err);
/* Read through @method; a Read that says no is diagnosed. */
int job_get(struct stk_job *j, enum stk_verify_method method, struct stk_range range,
	    uint8_t *buf, struct stk_error *err);
void job_progress(struct stk_job *j, const struct stk_step *step, uint64_t bytes);
int job_warn(struct stk_job *j, struct stk_error *err, const char *fmt, ...)
	stk_printf(3, 4);

#endif
