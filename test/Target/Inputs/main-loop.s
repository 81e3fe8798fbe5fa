	.globl	kernel
kernel:
	subq	$64, %rsp
.LBB0_1:                                # outer loop
	vmovups	(%rsp), %ymm0
.LBB0_2:                                # main loop
	vmovups	(%rdx), %ymm13
	vmovups	32(%rdx), %ymm14
	vbroadcastss	(%rcx), %ymm15
	addq	$64, %rdx
	vfmadd231ps	%ymm13, %ymm15, %ymm0
	vfmadd231ps	%ymm14, %ymm15, %ymm1
	vbroadcastss	(%rcx,%rax), %ymm15
	vfmadd231ps	%ymm13, %ymm15, %ymm2
	vfmadd231ps	%ymm13, %ymm15, %ymm3
	incq	%r12
	cmpq	$64, %r12
	jl	.LBB0_2
.LBB0_3:                                # a row's loop
	vmovups	(%rdx), %ymm4
	vfmadd231ps	(%rcx), %ymm4, %ymm0
	decq	%r12
	jne	.LBB0_3
	decq	%rbx
	jne	.LBB0_1
	addq	$64, %rsp
	retq
