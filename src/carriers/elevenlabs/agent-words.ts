/** What an agent made by the setup says first. */
export const FIRST_MESSAGE =
  'Hi, this is Jack from {{organization_name}}. How can I help you today?'

const CONFIRM_NAME = 'Ask who is speaking before you use that name: {{confirm_caller_name}}.'

/** What an agent made by the setup is told to be. */
export const PROMPT = `You are Jack, the friendly telephone assistant of {{organization_name}}. You speak for {{organization_name}} only.
The customer's name: {{customer_name}} ("Unknown" means you do not know it yet). Their number: {{customer_phone}}. They are a: {{lead_status}}.
${CONFIRM_NAME}
What was said last time: {{previous_summary}}
The latest messages between you, oldest first:
{{conversation_context}}
Keep your answers short. If you do not know something, say that a colleague will call back.`

/** What somebody should write into an agent's words themselves: the setup leaves them alone. */
export function hintsFor(
  agentId: string,
  words: { firstMessage: string | null | undefined; prompt: string | null | undefined },
): string[] {
  const hints: string[] = []
  if (!words.firstMessage?.includes('{{organization_name}}'))
    hints.push(
      `Left alone: the first message of agent ${agentId} does not use {{organization_name}}; write it into the message to have callers greeted in the organization's name.`,
    )
  if (!words.prompt?.includes('{{confirm_caller_name}}'))
    hints.push(
      `Left alone: the prompt of agent ${agentId} does not use {{confirm_caller_name}}, so the setting confirm_caller_name of organizations does nothing; to have it heeded, write into the prompt: "${CONFIRM_NAME}"`,
    )
  return hints
}
