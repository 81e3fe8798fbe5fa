module attributes {kernel.target = #kernel.target<cpu = "znver3", vector_bits = 256, registers = 16, l1 = 32768, l2 = 524288, l3 = 33554432>} {
    kernel.region init = zero schedule = #kernel.cpu_schedule<mr = 2, nv = 2, width = 8, mc = 2, nc = 16, kc = 64, pack = [false, false]> {
    ^bb0(%arg3: f32, %arg4: f32, %arg5: f32):
}
