# SPDX-License-Identifier: MIT
# bash completion for stoker. Commands and options are asked from the program
# itself, so that they are never out of date.

_stoker_commands() {
	stoker help 2>/dev/null | sed -n 's/^  \([a-z-]*\) .*/\1/p'
}

_stoker_options() {
	stoker help "$1" 2>/dev/null | grep -oE '^ +(-[a-z], )?--[a-z-]+' | grep -oE '\-\-[a-z-]+'
}

# Names of one class of modules: "module list" shows CLASS/NAME.
_stoker_modules() {
	stoker module list 2>/dev/null | sed -n "s|^\($1/[^ ]*\) .*|\1|p"
}

# What may follow the "#": devices and loaders of a pack.
_stoker_pack() {
	stoker inspect --shallow --json "${1%#*}" 2>/dev/null |
		sed -n 's/^ \{8\}"\(name\|file\)": "\([^"]*\)".*/\2/p' | sort -u | sed "s|^|${1%#*}#|"
}

# Numbers of the pins in force.
_stoker_pins() {
	stoker pins 2>/dev/null | sed -n 's/^ *\([0-9][0-9]*\)  .*/\1/p'
}

# Digests and names of what the database holds.
_stoker_builds() {
	stoker db list 2>/dev/null | sed -n 's/^\([0-9a-f]\{12\}\) .* /\1 /p'
}

_stoker_words() {
	local command=$1 previous=$2 position=$3
	case $previous in
	--fail-on)
		if [ "$command" = qualify ]; then
			echo weak hosts not-run
		else
			echo error warning note
		fi
		;;
	--check) stoker qualify --list-checks 2>/dev/null | sed 's/^ *//; s/ .*//' ;;
	--hosts) echo all ;;
	--explain) stoker inspect --explain 2>/dev/null | sed 's/ .*//' ;;
	--erase) echo sectors chip none ;;
	--image-format) _stoker_modules image | sed 's|.*/||' ;;
	--host) echo stoker cubeprogrammer stlink-utility openocd-st pyocd probe-rs keil ;;
	--chip) stoker chip list 2>/dev/null | sed 's/ .*//' ;;
	--toolchain) echo cubeide cubeprogrammer cubeclt cube-vscode pyocd probe-rs ;;
	-l | --loader) _stoker_builds ;;
	--listen) echo 127.0.0.1: '[::1]:' ;;
	-t | --target | --wrap) _stoker_modules target | sed 's|.*/\(.*\)|\1:|' ;;
	*)
		[ "$position" = 2 ] && case $command in
		help) _stoker_commands ;;
		module | target | chip) echo list info ;;
		toolchain) echo scan status ;;
		db) echo import list search show history verdict export check ;;
		pin | resolve) echo cubeide cubeprogrammer cubeclt cube-vscode stoker ;;
		unpin) _stoker_pins ;;
		esac
		[ "$position" = 3 ] && [ "$previous" = info ] && case $command in
		module) _stoker_modules '[a-z]*' ;;
		chip) stoker chip list 2>/dev/null | sed 's/ .*//' ;;
		target) _stoker_modules target | sed 's|.*/\(.*\)|\1:|' ;;
		esac
		case $position-$command in
		3-pin | 3-unpin | 3-resolve) stoker chip list 2>/dev/null | sed 's/ .*//' ;;
		4-pin) _stoker_builds ;;
		esac
		[ "$command" = db ] && case $position-${COMP_WORDS[2]-} in
		3-show | 3-history | 3-verdict | 3-export) _stoker_builds ;;
		4-verdict) echo good bad disputed ;;
		esac
		;;
	esac
}

_stoker() {
	local word=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]}
	local words
	COMPREPLY=()
	if [ "$COMP_CWORD" = 1 ]; then
		words="$(_stoker_commands) help"
	elif [[ $word == ?*#* && -e ${word%#*} ]]; then
		words=$(_stoker_pack "$word")
	elif [[ $word == -* ]]; then
		words=$(_stoker_options "${COMP_WORDS[1]}")
	else
		words=$(_stoker_words "${COMP_WORDS[1]}" "$previous" "$COMP_CWORD")
	fi
	if [ -n "$words" ]; then
		mapfile -t COMPREPLY < <(compgen -W "$words" -- "$word")
		[[ ${COMPREPLY[0]-} == *: ]] && compopt -o nospace 2>/dev/null
		# A loader may be a build or a file.
		[[ $previous == -l || $previous == --loader || $COMP_CWORD-${COMP_WORDS[1]} == 4-pin ]] &&
			mapfile -t -O ${#COMPREPLY[@]} COMPREPLY < <(compgen -f -- "$word")
	else
		compopt -o filenames 2>/dev/null
		mapfile -t COMPREPLY < <(compgen -f -- "$word")
	fi
	return 0
}

complete -F _stoker stoker
