/* SPDX-License-Identifier: MIT */
/* nor.c - a Winbond W25Q128JV, from its data sheet (revision F), section 8 */
#include "nor.h"

#include "qspi.h"

#define WRITE_STATUS_2	0x31u
#define READ_STATUS_1	0x05u
#define READ_STATUS_2	0x35u
#define WRITE_ENABLE	0x06u
#define ENABLE_RESET	0x66u
#define RESET_DEVICE	0x99u
#define JEDEC_ID	0x9Fu
#define QUAD_PROGRAM	0x32u
#define QUAD_READ	0x6Bu
#define SECTOR_ERASE	0x20u
#define CHIP_ERASE	0xC7u

#define STATUS_1_BUSY	0x01u
#define STATUS_1_WEL	0x02u
#define STATUS_2_QE	0x02u

/* 30 us (tRST) at up to 480 MHz, were each turn a single cycle. */
#define RESET_TURNS	14400u

static struct {
	uint8_t id[3];
	uint8_t status_2;
} nor;

static void nor_await(uint8_t mask, uint8_t match)
{
	qspi_await(QSPI_OPCODE | READ_STATUS_1 | QSPI_DATA_1, mask, match);
}

static void nor_write_enable(void)
{
	qspi_send(WRITE_ENABLE);
	nor_await(STATUS_1_WEL, STATUS_1_WEL);
}

static void nor_reset(void)
{
	nor_await(STATUS_1_BUSY, 0);
	qspi_send(ENABLE_RESET);
	qspi_send(RESET_DEVICE);
	for (uint32_t i = 0; i < RESET_TURNS; i++)
		__asm__ volatile("nop");
}

static bool nor_quad_enabled(void)
{
	qspi_read(QSPI_OPCODE | READ_STATUS_2 | QSPI_DATA_1, &nor.status_2, 1);
	return nor.status_2 & STATUS_2_QE;
}

static bool nor_enable_quad(void)
{
	if (nor_quad_enabled())
		return true;
	nor.status_2 |= STATUS_2_QE;
	nor_write_enable();
	qspi_write(QSPI_OPCODE | WRITE_STATUS_2 | QSPI_DATA_1, 0, &nor.status_2, 1);
	nor_await(STATUS_1_BUSY, 0);
	return nor_quad_enabled();
}

bool nor_init(void)
{
#ifdef DEFECT_TRUSTS_MEMORY
	return nor_enable_quad();
#endif
	nor_reset();
	qspi_read(QSPI_OPCODE | JEDEC_ID | QSPI_DATA_1, nor.id, sizeof(nor.id));
	/* 40 18: -IQ and -JQ parts, 70 18: -IM and -JM */
	if (nor.id[0] != 0xEF || (nor.id[1] != 0x40 && nor.id[1] != 0x70) ||
	    nor.id[2] != 0x18)
		return false;
	return nor_enable_quad();
}

bool nor_erase_sector(uint32_t offset)
{
	nor_write_enable();
	qspi_send_address(QSPI_OPCODE | SECTOR_ERASE | QSPI_ADDRESS, offset);
	nor_await(STATUS_1_BUSY, 0);
	return true;
}

bool nor_erase_chip(void)
{
	nor_write_enable();
	qspi_send(CHIP_ERASE);
	nor_await(STATUS_1_BUSY, 0);
	return true;
}

bool nor_program(uint32_t offset, const uint8_t *from, uint32_t size)
{
	nor_write_enable();
	qspi_write(QSPI_OPCODE | QUAD_PROGRAM | QSPI_ADDRESS | QSPI_DATA_4, offset, from,
		   size);
	nor_await(STATUS_1_BUSY, 0);
	return true;
}

void nor_map(void)
{
	qspi_map(QSPI_OPCODE | QUAD_READ | QSPI_ADDRESS | QSPI_DUMMY(8) | QSPI_DATA_4);
}
