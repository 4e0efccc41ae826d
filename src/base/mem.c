#include "ipctop/base/mem.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void mem_exit(void)
{
	fputs("ipctop: out of memory\n", stderr);
	exit(1);
}

static void *checked(void *memory)
{
	if (!memory)
		mem_exit();
	return memory;
}

void *xcalloc(size_t count, size_t size)
{
	return checked(calloc(count ? count : 1, size ? size : 1));
}

char *xstrdup(const char *text)
{
	return checked(strdup(text));
}
