# Ends what its parent leaves behind. It is told on standard input which processes and folders the parent has
# ("+process PID", "-process PID", "+folder PATH", "-folder PATH"); at the end of input, which also comes when the parent
# is killed, it kills the processes and removes the folders that are left. A terminal's Ctrl-C goes to the parent alone.
trap '' INT TERM HUP
kept=
without() { printf '%s\n' "$kept" | grep -vxF -- "$1"; }
while IFS= read -r line; do
  case $line in
    +*) kept="$kept
${line#+}" ;;
    -*) kept=$(without "${line#-}") ;;
  esac
done
printf '%s\n' "$kept" | while read -r what value; do
  [ "$what" = process ] && kill -KILL "$value" 2>/dev/null
done
printf '%s\n' "$kept" | while read -r what value; do
  [ "$what" = folder ] && rm -rf -- "$value"
done
exit 0
