// What the server says where it refuses what a script sent: the words of its error page, else of the form that came back.
export async function refusal(answer, otherwise) {
  const template = document.createElement("template");
  template.innerHTML = await answer.text();
  return { content: template.content, words: wordsOf(template.content) || `${otherwise}: the server refused (${answer.status}).` };
}

const wordsOf = (content) => [...content.querySelectorAll(".error-page h1, .error-page .lede, .callout")].map((part) => part.textContent.trim()).join(" ");
