# cmake -DFROM=text -DTO=file.inc -P Embed.cmake: a text as C++ string literals,
# in pieces that every compiler takes.
file(READ "${FROM}" text)
string(LENGTH "${text}" length)
set(pieces "")
set(at 0)
while(at LESS length)
  string(SUBSTRING "${text}" ${at} 4000 piece)
  string(APPEND pieces "R\"EMBED(${piece})EMBED\"\n")
  math(EXPR at "${at} + 4000")
endwhile()
file(WRITE "${TO}" "${pieces}")
