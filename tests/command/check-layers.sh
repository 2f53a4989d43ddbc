#!/bin/bash
# The floor plan: what each folder may not include.
set -u
cd "$top_srcdir" || exit 1
status=0

forbid() {	# forbid WHERE PATTERN WHY
	if grep -rnE --include='*.[ch]' "$2" $1 2>/dev/null; then
		echo "^ $3"
		status=1
	fi
}

forbid core '#include ["<](plugins|loaderdb|tools)/|#include ["<](unicorn|jansson|sqlite3)' \
	"core knows no plugin, database or tool"
forbid loaderdb '#include "(\.\./)*(core/([b-eg-z]|a[^r]|f[^i])|plugins/|tools/)' \
	"loaderdb uses the public headers, and core's arena and file"
forbid tools '#include "(\.\./)*core/|#include "(elf|loader|layout|session|plan|job|target|ctx)\.h"' \
	"the command uses the public headers only"
forbid plugins '#include "(\.\./)*(core/)?(ctx|module|session|layout|plan|job|target|diagnose)\.h"' \
	"modules use module.h only"
forbid "plugins/image plugins/chip plugins/container plugins/target plugins/analysis tools" '(StorageInfo|FlashDevice)' \
	"only format modules decode a device table"
[ "$(grep -rlE --include='*.[ch]' '#include (<(libelf|gelf)\.h>|"elf-file\.h")' core plugins tools |
	grep -vcE '^core/elf(-file\.h|-symbols\.c|\.c)$')" = 0 ] ||
	{ echo "only core/elf.c and core/elf-symbols.c know libelf"; status=1; }
[ "$(grep -rlE --include='*.[ch]' '#include <unicorn' core plugins tools | grep -vc '^plugins/target/emu/cpu\.c$')" = 0 ] ||
	{ echo "only cpu.c includes Unicorn"; status=1; }
[ "$(grep -rlE --include='*.[ch]' '#include <jansson' core loaderdb plugins tools |
	grep -vcE '^(tools/stoker/render/json.*|loaderdb/json)\.c$')" = 0 ] ||
	{ echo "only json.c files include jansson"; status=1; }
[ "$(grep -rlE --include='*.[ch]' '#include <sqlite3' core loaderdb plugins tools | grep -vc '^loaderdb/sqlite\.c$')" = 0 ] ||
	{ echo "only loaderdb/sqlite.c includes SQLite"; status=1; }
[ "$(grep -rlE --include='*.[ch]' '#include <(capstone/)?capstone' core plugins tools | grep -vc '^plugins/analysis/text\.c$')" = 0 ] ||
	{ echo "only text.c includes Capstone"; status=1; }
[ "$(grep -rlE --include='*.[ch]' '#include <(minizip/)?unzip\.h>' core plugins tools | grep -vc '^plugins/container/zip\.c$')" = 0 ] ||
	{ echo "only zip.c includes minizip"; status=1; }
[ "$(grep -rlE --include='*.[ch]' '#include <libxml' core plugins tools | grep -vcE '^plugins/(container/pdsc-xml|chip/svd/svd-xml|common/gdb/xml(-priv)?)\.[ch]$')" = 0 ] ||
	{ echo "only pdsc-xml.c, svd-xml.c and common/gdb's xml.c and xml-priv.h include libxml2"; status=1; }
forbid "core plugins loaderdb" '\b(exit|abort|printf|perror) ?\(' "a library does not print or exit"
for f in $(git ls-files 2>/dev/null '*.c' '*.h'); do
	head -n 1 "$f" | grep -q 'SPDX-License-Identifier' || { echo "$f: no SPDX line"; status=1; }
done
exit $status
