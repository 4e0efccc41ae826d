/*
 * The modules by which the C library looks up accounts (nsswitch.conf(5)). It finds none where it
 * can't load one, without a word, and never tries again: so they are loaded before it wants them.
 */
#ifndef IPCTOP_COLLECT_NSS_H
#define IPCTOP_COLLECT_NSS_H

/*
 * Load those of `service`, "passwd" or "group", that are installed and not loaded yet, and see that
 * there are descriptors for what they do. Any thread. 0; or a negative errno, -ELIBACC where the
 * linker has no better word: then the C library is not to be asked for what is not in the file.
 */
int nss_load(const char *service);

#endif
