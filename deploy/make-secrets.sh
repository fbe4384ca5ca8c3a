#!/bin/sh
# Make the secrets of compose.yaml in deploy/secrets, once: what is there already is left as it is.
set -eu
random() { od -An -N32 -tx1 /dev/urandom | tr -d ' \n'; }

# Nobody else can enter the directory. The files in it are read by the containers' own user.
mkdir -p -m 0700 "$(dirname "$0")/secrets"
cd "$(dirname "$0")/secrets"
umask 022
[ -s secret_key ] || random >secret_key
[ -s postgres_password ] || random >postgres_password
[ -s database_url ] || printf 'postgresql://filar:%s@postgres/filar' "$(cat postgres_password)" >database_url
# For letters: smtp://USER:PASSWORD@HOST:587?tls=starttls. Empty: they are kept as files in the volume "outbox".
[ -e smtp_url ] || : >smtp_url
