package rules

var accountExamples = map[string]example{
	"account-provider-config": {`
claim:
  providerConfigRef: {kind: ProviderConfig, name: shop}
  backup: {restoreTest: {providerConfigRef: {kind: ClusterProviderConfig, name: restore-tests}}}
desired:
  vpc: {aws: ec2/VPC, spec: {providerConfigRef: {kind: ProviderConfig, name: shop}}}
  restore-test: {aws: cloudformation/Stack, spec: {providerConfigRef: {kind: ClusterProviderConfig, name: restore-tests}}}
  connection: {apiVersion: v1, kind: Secret}
`, map[string]breakage{
		"None":       {"desired: {vpc: {spec: {providerConfigRef: null}}}", "vpc uses the provider configuration map[]"},
		"Default":    {"desired: {vpc: {spec: {providerConfigRef: {name: default}}}}", "vpc uses the provider configuration map[kind:ProviderConfig name:default]"},
		"OtherKind":  {"desired: {vpc: {spec: {providerConfigRef: {kind: ClusterProviderConfig}}}}", "vpc uses the provider configuration map[kind:ClusterProviderConfig name:shop]"},
		"RestoreOwn": {"desired: {restore-test: {spec: {providerConfigRef: {kind: ProviderConfig, name: shop}}}}", "restore-test uses the provider configuration"},
		"OtherTests": {"desired: {vpc: {spec: {providerConfigRef: {kind: ClusterProviderConfig, name: restore-tests}}}}", "vpc uses the provider configuration"},
		"OfASecret":  {"desired: {connection: {spec: {providerConfigRef: {name: shop}}}}", "connection has a provider configuration and is not AWS's"},
	}},
	"account-region": {`
claim: {region: eu-west-1, backup: {copyTo: {region: eu-north-1}}}
desired:
  vpc: {aws: ec2/VPC, with: {region: eu-west-1}}
  webacl: {aws: wafv2/WebACL, with: {region: us-east-1, scope: CLOUDFRONT}}
  alarm-waf-blocked: {aws: cloudwatch/MetricAlarm, with: {region: us-east-1}}
  vault-copy-eu-north-1: {aws: backup/Vault, with: {region: eu-north-1}}
  role-task: {aws: iam/Role, with: {description: It has no region.}}
`, map[string]breakage{
		"Elsewhere":   {"desired: {vpc: {with: {region: us-east-1}}}", `vpc is in "us-east-1", want eu-west-1`},
		"None":        {"desired: {vpc: {with: {region: null}}}", `vpc is in "", want eu-west-1`},
		"FirewallToo": {"desired: {webacl: {with: {region: eu-west-1}}}", `webacl is in "eu-west-1", want us-east-1`},
		"CopyAtHome":  {"desired: {vault-copy-eu-north-1: {with: {region: eu-west-1}}}", `vault-copy-eu-north-1 is in "eu-west-1", want eu-north-1`},
	}},
}
