// The demo's account in TypeScript: its projects balanced, one instance by hand, and what is left to allocate.
import * as quantum from "@pulumi/ibm-quantum";

const instance = new quantum.Instance("workshop", {
    name: "workshop-2026",
    plan: "premium",
    target: "eu-de",
    resourceGroup: "5c1e0b7a94d24d7fb6a1c3e8f2907d46",
    allocationSeconds: "10m",
}, { protect: true });

const account = new quantum.FairShare("account", {
    configuration: "../../stacks/project.yaml", // `ibm-quantum configure` writes one of your account
}, { dependsOn: instance }); // so that the decision knows of it

export const workshop = instance.id;
export const decision = account.decision;
export const unallocatedSeconds = quantum.getAccountOutput({ plan: "premium" }).unallocatedSeconds;
