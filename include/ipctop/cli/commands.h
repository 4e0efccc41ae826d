/* All commands, one file each; main.c picks one. */
#ifndef IPCTOP_CLI_COMMANDS_H
#define IPCTOP_CLI_COMMANDS_H

#include "ipctop/cli/options.h"

extern const struct command command_list, command_show, command_limits, command_rm, command_key,
	command_who, command_deadlocks, command_leaks, command_events;

#endif
