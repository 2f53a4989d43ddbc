/* SPDX-License-Identifier: MIT */
/* rig.h - jobs on virtual chips whose flash is looked at from outside */
#ifndef RIG_H
#define RIG_H

#include <stoker/stoker.h>

struct rig {
	struct stk_ctx *ctx;
	struct stk_loader *loader;
	const struct stk_device *device;
	const char *chip, *array;	/* "stm32g431cb", "FLASH" */
	char dump[64];
};

/* All of these end the program with status 99 when the rig itself fails. */
void rig_open(struct rig *r, const char *loader, const char *chip, const char *array);
void rig_close(struct rig *r);
struct stk_target *rig_target(const struct rig *r, const char *wrap);
void rig_monitor(struct stk_target *t, const char *command, char *answer);
/* The array as the emulator keeps it, not as any loader reads it. */
void rig_dump(const struct rig *r, struct stk_target *t, uint8_t *to);
struct stk_image *rig_image(const struct rig *r, uint64_t at, const uint8_t *bytes,
			    size_t len);
/* Fields of g431*.FLM's FlashDevice (CMSIS-Pack), in bytes from its name on. */
enum { RIG_START = 130, RIG_SIZE = 134, RIG_ERASE_MS = 154 };
/* One of our loaders, by the file's name, with @value in @field; 0: as it is. */
struct stk_loader *rig_own(const struct rig *r, const char *name, size_t field,
			   uint32_t value);
void rig_random(uint8_t *bytes, size_t len, uint32_t seed);
/* Plan and run; the job's result, with its error in @err. */
int rig_run(const struct rig *r, struct stk_target *t, const struct stk_plan_options *opt,
	    struct stk_error *err);

#endif
