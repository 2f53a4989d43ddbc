/* SPDX-License-Identifier: MIT */
/* packet.c - which packet goes where */
#include <errno.h>
#include <string.h>

#include "server.h"

enum when {
	ALWAYS,
	HALTED,		/* the core must not run */
};

/* GDB's manual, appendix E.2 to E.4. A word is taken whole up to its separator. */
static const struct {
	const char *word;
	packet_handler *handle;
	enum when when;
} packets[] = {
	{ "qSupported", query_supported, ALWAYS },
	{ "QStartNoAckMode", query_no_ack, ALWAYS },
	{ "qXfer:features:read:", query_features, ALWAYS },
	{ "qXfer:memory-map:read:", query_memory_map, ALWAYS },
	{ "qfThreadInfo", query_threads, ALWAYS },
	{ "qsThreadInfo", query_no_more, ALWAYS },
	{ "qC", query_current, ALWAYS },
	{ "qAttached", query_attached, ALWAYS },
	{ "qRcmd,", query_rcmd, ALWAYS },
	{ "qCRC:", query_crc, HALTED },
	{ "vCont?", run_vcont_query, ALWAYS },
	{ "vCont;", run_vcont, HALTED },
	{ "vKill", run_vkill, ALWAYS },
	{ "vFlashErase:", flash_erase, HALTED },
	{ "vFlashWrite:", flash_write, HALTED },
	{ "vFlashDone", flash_done, HALTED },
	{ "?", run_why, ALWAYS },
	{ "!", query_ok, ALWAYS },
	{ "c", run_continue, HALTED },
	{ "C", run_continue_signal, HALTED },
	{ "s", run_step, HALTED },
	{ "S", run_step_signal, HALTED },
	{ "D", run_detach, ALWAYS },
	{ "k", run_kill, ALWAYS },
	{ "R", run_kill, ALWAYS },
	{ "g", registers_read, HALTED },
	{ "G", registers_write, HALTED },
	{ "p", register_read, HALTED },
	{ "P", register_write, HALTED },
	{ "m", memory_read_hex, ALWAYS },
	{ "x", memory_read_binary, ALWAYS },
	{ "M", memory_write_hex, ALWAYS },
	{ "X", memory_write_binary, ALWAYS },
	{ "Z", break_set, HALTED },
	{ "z", break_clear, HALTED },
	{ "H", query_ok, ALWAYS },
	{ "T", query_ok, ALWAYS },
};

bool args_number(struct args *a, uint64_t *ret)
{
	return gdb_number(&a->at, a->end, ret);
}

bool args_char(struct args *a, char c)
{
	if (a->at == a->end || *a->at != c)
		return false;
	a->at++;
	return true;
}

bool args_range(struct args *a, struct stk_range *ret)
{
	struct stk_range range;

	if (!args_number(a, &range.addr) || !args_char(a, ',') || !args_number(a, &range.len))
		return false;
	*ret = range;
	return true;
}

bool packet_is(const char *packet, size_t len, const char *word)
{
	size_t n = strlen(word);
	char next;

	if (len < n || memcmp(packet, word, n))
		return false;
	if (n == 1 || len == n)
		return true;
	next = packet[n];
	return strchr(":,;?", word[n - 1]) || next == ':' || next == ';' || next == ',';
}

void packet_serve(struct server *s, const char *packet, size_t len)
{
	size_t i;

	flash_look(s, packet, len);
	if (s->proxy.open) {
		proxy_serve(s, packet, len);
		return;
	}
	for (i = 0; i < ARRAY_SIZE(packets); i++) {
		struct args a = { packet, packet + len };

		if (!packet_is(packet, len, packets[i].word))
			continue;
		a.at += strlen(packets[i].word);
		if (packets[i].when == HALTED && stk_board_running(s->board))
			reply_error(s, "the core runs; \"monitor halt\" halts it");
		else
			packets[i].handle(s, &a);
		return;
	}
	/* vMustReplyEmpty, and whatever else is not offered. */
	reply(s, "");
}
