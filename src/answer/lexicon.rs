//! Words by language that carry no topic.

/// Words of a language that carry no topic, folded and in alphabetical order within a language.
pub const ENGLISH: &str = "a about actually after again all already also am an and another any anybody anyone anything are \
    aren around as ask at away b back be because been before being between both bring but by c can cannot could couldn d \
    did didn do does doesn doing don done e either else even ever every everything exactly f few find for from g get gets \
    getting give given go goes going gonna got guy guys h had has hasn have haven having he hello her here hey hi him his \
    how however i if im in into is isn it its j just k keep know l let ll look m make many may maybe me might mine more \
    most much must my n need no nor not now o of off oh ok okay on once one only onto or other our out over own p per \
    please possible probably put q quite r really s said same say see seem shall she should shouldn since so some somebody \
    someone something still such sure t take tell than thank thanks that the their them then there these they thing \
    things think this those though through til till to too totally try under until up upon us use v ve very via w \
    wanna want was wasn way we well went were weren what whatever when where whether which while who whom whose why will \
    with within without won would wouldn x y yes yet you your yours z";
pub const GERMAN: &str = "aber alle allem allen aller alles als also am an andere auch auf aus bei beim bin bis bist bitte da \
    dabei dafur damit dann das dass dazu dein deine dem den denn der des dich die dies diese diesem diesen dieser dieses \
    dir doch dort du durch ein eine einem einen einer eines er es etwa etwas euch euer eure fur gegen geht gibt haben habe \
    habt hat hatte hallo hier ich ihm ihn ihnen ihr ihre ihrem ihren im in ins ist ja jede jeder jedes kann kannst kein \
    keine konnen konnt machen man mein meine meinem meinen meiner mich mir mit mochte mussen muss nach nicht noch nun nur \
    ob oder ohne schon sehr sein seine sich sie sind so sollte sonst uber um und uns unser unsere unter vom von vor wann \
    war waren warum was welche welchem welchen welcher welches wenn wer werden wie wieder wird wo wurde zu zum zur";
pub const FRENCH: &str = "a ai alors apres as au aucun aussi autre aux avec avez avoir bien bonjour c ca ce cela ces cet cette \
    chez comme comment d dans de des donc dont du elle elles en encore est et etes etre eu fait faire faut il ils j je l la \
    le les leur leurs lui m ma mais me meme mes moi mon n ne nos notre nous on ont ou par pas peu peut peux plus pour pouvez \
    pouvoir pourquoi qu quand que quel quelle quelles quels qui quoi s sa sans se sera ses si son sont sous sur t ta te tes \
    toi ton tous tout toute toutes tres tu un une vers vos votre vous y";
pub const SPANISH: &str = "a al algo alguna alguno antes aqui como con cual cuales cuando cuanta cuanto de del desde donde dos \
    el ella ellos en entre era eres es esa ese eso esta estan estar este esto estos fue ha hace hacer hacia han hasta hay he \
    hola la las le les lo los mas me mi mis muy necesito ni no nos nosotros o os otra otro para pero por porque puede pueden \
    puedo que quien quiero se sea ser si sin sobre son soy su sus tambien te teneis tengo tiene tienen tienes todo todos tu \
    tus un una uno unos usted ustedes y ya yo";
pub const PORTUGUESE: &str = "a ao aos as ate com como da das de dela dele do dos e ela ele eles em entre era essa esse esta \
    estao este eu foi ha isso isto ja lhe mais mas me meu minha muito na nao nas nem no nos nossa nosso o ola onde os ou \
    para pela pelo pode podem por porque posso qual quais quando quanto que quem quero se sem ser seu sua sao so sobre tambem \
    tem tenho ter todos tu um uma uns voce voces";
pub const ITALIAN: &str = "a ad ai al alla alle anche avete bene c che chi ci ciao come con cosa cui d da dal dalla dei del \
    della delle di do dove e ed essere fa fare fino gli ha hai hanno ho i il in io l la le lei li lo loro lui ma me mi mia \
    mio molto ne nei nel nella noi non nostra nostro o ogni per perche piu posso possono puo qual quale quali quando quanto \
    quella quello questa questo se sei senza si sia sono su sua suo sul sulla ti tra tu tutti tutto un una uno vi voi vorrei \
    vostra vostro";
pub const DUTCH: &str = "aan al alle als ben bij dan dat de deze die dit doen door dus een en er ga geen gaan had hallo heb \
    hebben heeft hem het hier hij hoe hun ik in is ja je jij jou jouw jullie kan kun kunnen maar mag me meer men met mij mijn \
    moet na naar niet nog nu of om omdat onder ons onze ook op over te toch tot u uit uw van veel voor waar waarom wanneer \
    want waren was wat we wel welke werd wie wij wil wordt ze zelf zich zij zijn zo zonder zou";
