// The demo's account in Go: its projects balanced, one instance by hand, and what is left to allocate.
package main

import (
	"example.com/pulumi-ibm-quantum/sdk/go/ibmquantum"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

func main() {
	pulumi.Run(func(ctx *pulumi.Context) error {
		workshop, err := ibmquantum.NewInstance(ctx, "workshop", &ibmquantum.InstanceArgs{
			Name: pulumi.String("workshop-2026"), Plan: pulumi.String("premium"), Target: pulumi.String("eu-de"),
			ResourceGroup: pulumi.String("5c1e0b7a94d24d7fb6a1c3e8f2907d46"), AllocationSeconds: pulumi.Any("10m"),
		}, pulumi.Protect(true))
		if err != nil {
			return err
		}
		account, err := ibmquantum.NewFairShare(ctx, "account", &ibmquantum.FairShareArgs{
			Configuration: pulumi.String("../../stacks/project.yaml"), // `ibm-quantum configure` writes one of yours
		}, pulumi.DependsOn([]pulumi.Resource{workshop})) // so that the decision knows of it
		if err != nil {
			return err
		}
		ctx.Export("workshop", workshop.ID())
		ctx.Export("decision", account.Decision)
		premium := ibmquantum.GetAccountOutput(ctx, ibmquantum.GetAccountOutputArgs{Plan: pulumi.String("premium")})
		ctx.Export("unallocatedSeconds", premium.UnallocatedSeconds())
		return nil
	})
}
